// For `npm run scan` alone; the plugin itself needs no package.
import security from 'eslint-plugin-security';

export default [security.configs.recommended];
