/**
 * The report's style sheet: one column of text, figures that use its width, colours by `prefers-color-scheme`, and
 * a page for the printer. Text on any ground has a contrast of 4.5 or more (WCAG 2.2 AA).
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf7; --panel: #ffffff; --sunk: #f1efe9; --line: #d9d5ca; --grid: #e8e5dc;
  --ink: #1d1c1a; --quiet: #66625a; --link: #1f5fa8;
  --pass: #17703c; --pass-ground: #e4f3e8; --fail: #b3261e; --fail-ground: #fbe6e4; --skip: #7a5b00; --skip-ground: #fbf0d2;
  --wire: #1f5fa8; --goodput: #b45309; --limit: #1d1c1a; --first: #efe7d3; --idle: #3d7d73; --load: #8a4b9e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16171a; --panel: #1e2024; --sunk: #26292e; --line: #3a3e45; --grid: #2c3036;
    --ink: #ecebe7; --quiet: #a8a59d; --link: #8ab8f0;
    --pass: #7fd6a0; --pass-ground: #163021; --fail: #ff9d95; --fail-ground: #3d1d1b; --skip: #e6c15c; --skip-ground: #332b12;
    --wire: #7fb2f2; --goodput: #f0a35e; --limit: #ecebe7; --first: #2b2a24; --idle: #7cc7ba; --load: #cf9be0;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; }
main, body > header, body > footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h1 { font-size: 2.1rem; margin: 0; letter-spacing: -.015em; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 3.2rem 0 .9rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.02rem; margin: 1.6rem 0 .5rem; overflow-wrap: anywhere; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--link); }
code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
.quiet { color: var(--quiet); }
body > header { padding-top: 3rem; }
.kicker { color: var(--quiet); font-size: .85rem; letter-spacing: .06em; text-transform: uppercase; margin: 0 0 .3rem; }
.verdict { display: flex; align-items: baseline; gap: .8rem; flex-wrap: wrap; margin: 1.4rem 0 0; padding: .9rem 1.2rem; border-radius: .5rem; border-left: .35rem solid; }
.verdict strong { font-size: 1.5rem; letter-spacing: -.01em; }
.verdict.pass { background: var(--pass-ground); border-color: var(--pass); } .verdict.pass strong { color: var(--pass); }
.verdict.fail { background: var(--fail-ground); border-color: var(--fail); } .verdict.fail strong { color: var(--fail); }
.verdict.error, .verdict.unjudged { background: var(--skip-ground); border-color: var(--skip); } .verdict.error strong, .verdict.unjudged strong { color: var(--skip); }
.failures { margin: .8rem 0 0; padding-left: 1.2rem; } .failures li { margin: .25rem 0; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; margin: 1.4rem 0 0; }
.figures > div { box-shadow: 1px 1px 0 var(--line); padding: .8rem 1rem; min-width: 0; }
.figures dt { color: var(--quiet); font-size: .8rem; overflow-wrap: anywhere; } .figures dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; font-weight: 600; }
.figures dd small { display: block; font-weight: 400; font-size: .8rem; color: var(--quiet); }
figure { margin: 1rem 0 1.6rem; } figure > h3:first-child { margin-top: 0; } h3 .quiet { font-weight: 400; } figcaption { color: var(--quiet); font-size: .85rem; margin-top: .4rem; max-width: 46rem; }
.frame { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
svg { display: block; width: 100%; height: auto; font-family: inherit; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.wide svg { min-width: 44rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; color: var(--quiet); font-size: .85rem; padding: 0 0 .4rem; }
th, td { text-align: left; vertical-align: top; padding: .42rem .7rem .42rem 0; border-bottom: 1px solid var(--grid); font-weight: 400; overflow-wrap: anywhere; }
.scroll th, .scroll td { overflow-wrap: break-word; }
thead th { color: var(--quiet); font-size: .8rem; border-bottom-color: var(--line); white-space: nowrap; vertical-align: bottom; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
#checks ~ .scroll table { table-layout: fixed; } #checks ~ .scroll th:first-child { width: 26%; } #checks ~ .scroll th:nth-child(2) { width: 9%; } #checks ~ .scroll th:nth-child(n+3):nth-child(-n+6) { width: 11%; }
#checks ~ .scroll td:nth-child(7) { padding-left: 1rem; } #checks ~ .scroll th:nth-child(7) { padding-left: 1rem; }
tr.fail { background: var(--fail-ground); }
.mark { font-weight: 600; white-space: nowrap; } .mark.pass { color: var(--pass); } .mark.fail { color: var(--fail); } .mark.skip { color: var(--skip); }
.step th { font-weight: 600; padding-top: 1.1rem; border-bottom-color: var(--line); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; padding: 0; margin: 0 0 .6rem; font-size: .85rem; font-variant-numeric: tabular-nums; }
.legend svg { display: inline-block; width: 26px; height: 10px; min-width: 0; margin-right: .45rem; vertical-align: middle; }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid; } th[aria-sort=ascending] button::after { content: ' ▲'; } th[aria-sort=descending] button::after { content: ' ▼'; }
input[type=search] { font: inherit; margin: .3rem 0; padding: .2rem .5rem; width: min(100%, 24rem); color: inherit; background: transparent; border: 1px solid var(--line); }
details { margin: .6rem 0; } summary { cursor: pointer; padding: .3rem 0; }
summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
pre { background: var(--sunk); border-radius: .4rem; padding: .8rem 1rem; overflow-x: auto; margin: .4rem 0 1rem; line-height: 1.45; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.4rem; margin: 1rem 0; } dl.facts dt { color: var(--quiet); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.heat { width: auto; } .heat th, .heat td { padding: 0; border: 0; font-size: .75rem; } .heat tbody th { padding-right: .6rem; white-space: nowrap; }
.heat thead th { vertical-align: bottom; } .heat thead span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 9rem; overflow: hidden; white-space: nowrap; }
.heat td { width: 1.15rem; min-width: 1.15rem; height: 1.15rem; text-align: center; vertical-align: middle; line-height: 1; border: 1px solid var(--ground); }
.heat td.allowed { background: var(--pass-ground); color: var(--pass); } .heat td.denied { background: var(--fail-ground); color: var(--fail); }
.heat td.mixed, .heat td.wrong { background: var(--skip-ground); color: var(--skip); } .heat td.wrong { outline: 2px solid var(--fail); outline-offset: -2px; }
.matrix { width: auto; } .matrix th, .matrix td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: center; font-size: .82rem; max-width: 11rem; }
.matrix td div { white-space: nowrap; } .matrix th[scope=row] { text-align: left; } .matrix thead th { white-space: normal; }
.matrix td.allowed { background: var(--pass-ground); } .matrix td.denied { background: var(--sunk); } .matrix td.wrong { background: var(--fail-ground); outline: 2px solid var(--fail); outline-offset: -2px; }
ol.rules { font-size: .82rem; color: var(--quiet); padding-left: 1.8rem; margin: .5rem 0; } ol.rules li { overflow-wrap: anywhere; }
.matrix td.none { color: var(--quiet); }
body > footer { color: var(--quiet); font-size: .85rem; padding-top: 3rem; padding-bottom: 3rem; }
.c-text { fill: var(--ink); } .c-quiet { fill: var(--quiet); } .c-panel { fill: var(--panel); stroke: var(--line); } .c-sunk { fill: var(--sunk); stroke: var(--line); }
.c-node { fill: var(--ground); stroke: var(--line); } .c-link { stroke: var(--quiet); fill: none; stroke-width: 1.2; } .c-bus { fill: var(--ink); } .c-bus-line { stroke: var(--ink); stroke-width: 3; fill: none; } .c-bus-text { fill: var(--ground); }
.c-grid { stroke: var(--grid); } .c-axis { stroke: var(--line); } .c-first { fill: var(--first); }
.c-wire { stroke: var(--wire); fill: none; stroke-width: 2; } .c-goodput { stroke: var(--goodput); fill: none; stroke-width: 2; }
.c-limit { stroke: var(--limit); stroke-width: 1.4; stroke-dasharray: 7 4; } .c-predicted { stroke: var(--goodput); stroke-width: 1.4; stroke-dasharray: 2 4; }
.c-idle { fill: var(--idle); } .c-load { fill: var(--load); } .c-range { stroke: var(--load); stroke-width: 2; }
@media (max-width: 40rem) { body { font-size: 15px; } .scroll > table:not(.heat, .matrix) { min-width: 46rem; } .scroll > table:not(.heat, .matrix) th[scope=row] { min-width: 9.5rem; } caption { max-width: calc(100vw - 3rem); } dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; } }
@media print {
  :root { --ground: #fff; --panel: #fff; --sunk: #f4f4f4; --line: #bbb; --grid: #ddd; --ink: #000; --quiet: #444; --link: #000;
    --pass: #0b5a2b; --pass-ground: #edf7f0; --fail: #9b1c15; --fail-ground: #fdeeed; --skip: #5f4700; --skip-ground: #fdf6e0;
    --wire: #1f5fa8; --goodput: #b45309; --limit: #000; --first: #f3eee0; --idle: #2f6b61; --load: #733b86; }
  /* Close, so that the report of a few pods is two pages; nothing is smaller than a footnote. */
  @page { margin: 11mm 12mm; }
  html { font-size: 11.5px; }
  body { font-size: 8.5pt; line-height: 1.4; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, body > header, body > footer { max-width: none; padding: 0; } body > footer { padding-top: .6rem; }
  h1 { font-size: 1.6rem; } h2 { break-after: avoid; font-size: 1.2rem; margin: 1rem 0 .4rem; padding-top: .4rem; } h3 { break-after: avoid; margin: .6rem 0 .2rem; }
  p { margin: .2rem 0; max-width: none; } figcaption { max-width: none; margin-top: .2rem; }
  .verdict { margin-top: .5rem; padding: .35rem .8rem; } .verdict strong { font-size: 1.2rem; }
  .figures { margin-top: .5rem; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); } .figures > div { padding: .35rem .6rem; } .figures dd { font-size: 1.05rem; }
  figure { margin: .4rem 0 .6rem; } .frame { padding: .5rem .7rem; } figure svg { max-height: 44mm; }
  figure, .verdict, .figures, tr, .flow { break-inside: avoid; }
  dl.facts { grid-template-columns: repeat(2, max-content 1fr); gap: .1rem .8rem; margin: .4rem 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .4rem .6rem; margin: .2rem 0 .5rem; font-size: 7pt; line-height: 1.25; } details { margin: .3rem 0; }
  details.paper > pre { columns: 2; }
  .scroll { overflow: visible; } .wide svg { min-width: 0; }
  th, td { padding-top: .16rem; padding-bottom: .16rem; } .step th { padding-top: .5rem; } .matrix th, .matrix td { padding: .15rem .4rem; } ol.rules { margin: .3rem 0; font-size: 7.5pt; }
  /* What nobody can unfold on paper, and is short enough for it. */
  .paper::details-content { content-visibility: visible; display: block; } .paper > summary { list-style: none; }
  table { font-size: 7.5pt; } th, td { padding-right: .5rem; } tr:has(> :nth-child(8)) > .n { white-space: normal; } thead { break-after: avoid; } th[scope=row] { min-width: 8rem; } .heat th[scope=row] { min-width: 0; }
}
`;
