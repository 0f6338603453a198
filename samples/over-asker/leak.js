// How not to do it: a buyer's e-mail address, which the plugin has from its own mailbox, goes into the note of a flag. Prints the
// status and the problem's code of the marketplace's answer.
const { MARKETPLACE_URL, CLIENT_ID, CLIENT_SECRET, INSTALLATION, ORDER_ID } = process.env;

const form = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  installation: INSTALLATION,
});
const issued = await fetch(new URL('/connect/token', MARKETPLACE_URL), { method: 'POST', body: form });
const { access_token } = await issued.json();

const answer = await fetch(new URL(`/open/v1/orders/${encodeURIComponent(ORDER_ID)}/flags`, MARKETPLACE_URL), {
  method: 'POST',
  headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ kind: 'other', note: 'Wrote to mei.lin@buyers.example and got no answer.' }),
});
const { code } = await answer.json();
console.log(JSON.stringify({ status: answer.status, code }));
