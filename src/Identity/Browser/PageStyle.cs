namespace Marketplace.Identity.Browser;

/// <summary>CSS of the HTML pages.</summary>
public static class PageStyle
{
    /// <summary>The common start of every screen page's CSS.</summary>
    public const string Common = """
        :root { color-scheme: light; }
        * { box-sizing: border-box; }
        body { margin: 0; background: #f4f5f7; color: #1c2230; font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
        main { max-width: 42rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
        h1 { font-size: 1.35rem; line-height: 1.3; margin: .5rem 0; overflow-wrap: anywhere; }
        h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
        p { margin: .5rem 0; }
        nav { text-align: right; font-size: .9rem; }
        a { color: #0b57d0; }
        .card { background: #fff; border: 1px solid #d9dde5; border-radius: .5rem; padding: .75rem 1rem; margin: .5rem 0; }
        .scope { display: grid; grid-template-columns: 1.6rem 1fr; gap: .25rem; }
        .scope input { width: 1.1rem; height: 1.1rem; margin: .25rem 0 0; }
        .scope b { overflow-wrap: anywhere; }
        .risk { display: inline-block; font-size: .8rem; border-radius: 1rem; padding: 0 .6rem; margin-left: .4rem; background: #e3ecfb; color: #113a7a; white-space: nowrap; }
        .risk.sensitive { background: #fde5e0; color: #8a1c0a; }
        .hint, small { color: #566070; font-size: .9rem; }
        code { font-size: .85rem; color: #566070; overflow-wrap: anywhere; }
        .alert { border-left: .3rem solid #c5341a; background: #fff3f0; padding: .6rem .9rem; margin: .75rem 0; }
        details { margin: .75rem 0; }
        summary { cursor: pointer; color: #0b57d0; }
        label.field { display: block; margin: .75rem 0; }
        input[type=text], input[type=password], select { display: block; width: 100%; font: inherit; padding: .5rem; border: 1px solid #8d96a5; border-radius: .3rem; background: #fff; }
        .actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
        button { font: inherit; padding: .6rem 1.4rem; border-radius: .3rem; border: 1px solid #0b57d0; background: #0b57d0; color: #fff; cursor: pointer; }
        button.secondary { background: #fff; color: #0b57d0; }
        button:focus-visible, input:focus-visible, a:focus-visible, summary:focus-visible { outline: .2rem solid #f0a500; outline-offset: .1rem; }
        .sign-out { border-top: 1px solid #d9dde5; margin-top: 2rem; padding-top: 1rem; }
        @media (max-width: 30rem) { .actions button { width: 100%; } }
        """;
}
