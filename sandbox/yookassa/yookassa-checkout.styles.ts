/** The look of the checkout page: one column, for a telephone and for a frame first; light or dark as the payer's system is. */
export const CHECKOUT_STYLES = `
:root {
  color-scheme: light; --ground: #eef1f6; --card: #fff; --ink: #17202e; --soft: #586376; --line: #e3e7ee; --edge: #87919f; --field: #fff;
  --blue: #2456e6; --blue-hover: #1d47c0; --quiet: #f1f3f8; --quiet-hover: #e3e8f1; --focus: #2456e6;
  --wait: #e8eeff; --on-wait: #2147b8; --good: #e1f5ec; --on-good: #0e6b4d; --bad: #fdecea; --on-bad: #a81f15;
  --note: #fff4d6; --on-note: #6b4e00; --note-line: #f3e0a6;
}
@media (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark; --ground: #0e141d; --card: #182230; --ink: #eef2f8; --soft: #a5b2c4; --line: #2a3748; --edge: #66758b; --field: #101824;
    --blue: #2f63ee; --blue-hover: #2552cf; --quiet: #253246; --quiet-hover: #314158; --focus: #8fb0ff;
    --wait: #1d2f57; --on-wait: #b3c8ff; --good: #12372b; --on-good: #7cdcb4; --bad: #421d1b; --on-bad: #ffa79f;
    --note: #382c0b; --on-note: #ffdf8f; --note-line: #574612;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header { background: var(--note); color: var(--on-note); font-size: 13px; text-align: center; padding: 10px 16px; border-bottom: 1px solid var(--note-line); }
main { max-width: 440px; margin: 0 auto; padding: 20px 16px 32px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 18px; padding: 22px 20px; margin-bottom: 14px; box-shadow: 0 1px 2px rgb(16 24 40 / 4%); }
.shop { color: var(--soft); font-size: 14px; margin: 0; }
.sum { font-size: 36px; font-weight: 700; letter-spacing: -0.02em; line-height: 1.2; margin: 4px 0 6px; font-variant-numeric: tabular-nums; }
.what { margin: 0 0 14px; overflow-wrap: anywhere; }
.chip { display: inline-block; border-radius: 99px; padding: 4px 12px; font-size: 14px; font-weight: 600; background: var(--wait); color: var(--on-wait); }
.chip.good { background: var(--good); color: var(--on-good); }
.chip.bad { background: var(--bad); color: var(--on-bad); }
.left { color: var(--soft); font-size: 14px; margin-left: 8px; white-space: nowrap; }
.note { margin: 14px 0 0; color: var(--soft); font-size: 14px; overflow-wrap: anywhere; }
.problem { background: var(--bad); color: var(--on-bad); border-radius: 12px; padding: 12px 20px; margin: 0 0 14px; font-size: 15px; }
h2 { font-size: 16px; margin: 0 0 12px; }
label { display: block; font-size: 13px; color: var(--soft); margin-bottom: 6px; }
input, select, button, a.button { width: 100%; font: inherit; border-radius: 12px; padding: 13px 14px; min-height: 50px; }
input, select { border: 1px solid var(--edge); background: var(--field); color: var(--ink); }
input { font-variant-numeric: tabular-nums; letter-spacing: 0.02em; }
input[aria-invalid] { border-color: var(--on-bad); box-shadow: 0 0 0 1px var(--on-bad); }
button, a.button { display: block; text-wrap: balance; border: 0; cursor: pointer; font-weight: 600; text-align: center; text-decoration: none; }
button.main, a.main { background: var(--blue); color: #fff; margin-top: 12px; }
a.main { margin-top: 18px; }
button.main:hover, a.main:hover { background: var(--blue-hover); }
button.quiet { background: var(--quiet); color: var(--ink); margin-top: 10px; font-size: 15px; font-weight: 500; padding-inline: 10px; }
button.quiet:hover { background: var(--quiet-hover); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.row { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 8px; }
.row button { width: auto; margin: 0; padding: 13px 18px; }
details { margin: 10px 0 -10px; font-size: 14px; color: var(--soft); }
summary { cursor: pointer; border-radius: 6px; padding: 12px 0; }
ul { list-style: none; margin: 0 0 10px; padding: 0; }
li { border-top: 1px solid var(--line); }
button.choice { display: flex; justify-content: space-between; align-items: center; gap: 12px; background: none; color: var(--soft); font-size: 14px; font-weight: 400;
  min-height: 44px; padding: 8px; border-radius: 8px; text-align: right; }
button.choice b { color: var(--ink); font-weight: 500; white-space: nowrap; font-variant-numeric: tabular-nums; }
button.choice:hover { background: var(--quiet); }
.number { color: var(--soft); font-size: 12px; text-align: center; margin: 20px 0 0; overflow-wrap: anywhere; }
`;
