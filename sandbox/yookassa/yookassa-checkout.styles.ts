/** The look of the checkout page: light, one column, for a telephone first. */
export const CHECKOUT_STYLES = `
:root { color-scheme: light; --ink: #17202e; --soft: #667085; --line: #e3e7ee; --blue: #2456e6; --green: #12805c; --red: #b42318; }
* { box-sizing: border-box; }
body { margin: 0; background: #eef1f6; color: var(--ink); font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.ribbon { background: #fff4d6; color: #6b4e00; font-size: 13px; text-align: center; padding: 10px 16px; border-bottom: 1px solid #f3e0a6; }
main { max-width: 440px; margin: 0 auto; padding: 20px 16px 40px; }
.card { background: #fff; border: 1px solid var(--line); border-radius: 18px; padding: 22px 20px; margin-bottom: 14px; box-shadow: 0 1px 2px rgb(16 24 40 / 4%); }
.shop { color: var(--soft); font-size: 14px; margin: 0; }
.sum { font-size: 36px; font-weight: 700; letter-spacing: -0.02em; line-height: 1.2; margin: 4px 0 6px; font-variant-numeric: tabular-nums; }
.what { margin: 0 0 14px; overflow-wrap: anywhere; }
.chip { display: inline-block; border-radius: 99px; padding: 4px 12px; font-size: 14px; font-weight: 600; background: #eef2ff; color: var(--blue); }
.chip.good { background: #e3f6ee; color: var(--green); }
.chip.bad { background: #fdecea; color: var(--red); }
.left { color: var(--soft); font-size: 14px; margin-left: 8px; white-space: nowrap; }
.note { margin: 14px 0 0; color: var(--soft); font-size: 14px; overflow-wrap: anywhere; }
.problem { background: #fdecea; color: var(--red); border-radius: 12px; padding: 12px 14px; margin: 0 0 14px; font-size: 15px; }
h2 { font-size: 16px; margin: 0 0 12px; }
label { display: block; font-size: 13px; color: var(--soft); margin-bottom: 6px; }
input, select, button, a.button { width: 100%; font: inherit; border-radius: 12px; padding: 13px 14px; min-height: 50px; }
input, select { border: 1px solid #cfd5df; background: #fff; color: var(--ink); }
input { font-variant-numeric: tabular-nums; letter-spacing: 0.02em; }
button, a.button { display: block; text-wrap: balance; border: 0; cursor: pointer; font-weight: 600; text-align: center; text-decoration: none; }
button.main, a.main { background: var(--blue); color: #fff; margin-top: 12px; }
a.main { margin-top: 18px; }
button.main:hover, a.main:hover { background: #1d47c0; }
button.quiet { background: #f1f3f8; color: var(--ink); margin-top: 10px; font-size: 15px; font-weight: 500; padding-inline: 10px; }
button.quiet:hover { background: #e5e9f1; }
input:focus-visible, select:focus-visible, button:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid #a9bdfb; outline-offset: 1px; }
.row { display: grid; grid-template-columns: 1fr auto; gap: 8px; }
.row button { width: auto; margin: 0; padding: 13px 18px; }
details { margin-top: 14px; font-size: 14px; color: var(--soft); }
summary { cursor: pointer; border-radius: 6px; }
table { width: 100%; border-collapse: collapse; margin-top: 8px; }
td { padding: 6px 0; border-top: 1px solid var(--line); vertical-align: top; }
td:first-child { white-space: nowrap; padding-right: 12px; font-variant-numeric: tabular-nums; color: var(--ink); }
footer { color: var(--soft); font-size: 12px; text-align: center; overflow-wrap: anywhere; }
`;
