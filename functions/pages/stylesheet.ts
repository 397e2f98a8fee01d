/**
 * The one stylesheet, served as `/style.css`.
 *
 * Promises: text stands out by at least 4.5 to 1 in light and dark; nothing is wider than a phone of 360 pixels; targets are
 * 44 pixels high; nothing is loaded.
 */
import { styleSheet as diagramStyles } from '../../statemachines/diagram/palette.ts';

const COLOURS = `
:root {
  color-scheme: light dark;
  --paper: #f4f6f8; --card: #ffffff; --ink: #1c2733; --muted: #556270; --line: #dde3e9; --edge: #7d8b99;
  --accent: #2b5c8a; --accent-strong: #234b71; --on-accent: #ffffff; --quiet: #eaf1f7;
  --late: #b3470c; --late-paper: #fdf0e4; --good: #2c6e49; --good-paper: #ecf6ef;
  --wrong: #ad2430; --wrong-paper: #fcedee; --mind: #8a6500; --mind-paper: #fcf5df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12181f; --card: #1d2630; --ink: #e8edf2; --muted: #a6b2bf; --line: #36434f; --edge: #74828f;
    --accent: #8dbdea; --accent-strong: #a9cdf0; --on-accent: #10202f; --quiet: #203040;
    --late: #f5a56b; --late-paper: #43290f; --good: #7fcb9c; --good-paper: #15342a;
    --wrong: #f28f97; --wrong-paper: #451c22; --mind: #e3bd5c; --mind-paper: #3a2f10;
  }
}`;

const BASE = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 400 1.0625rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif;
}
h1, h2, h3, h4, h5, h6 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0 0 .75rem; font-size: 1.75rem; font-weight: 650; letter-spacing: -.01em; }
h2 { margin: 0 0 .5rem; font-size: 1.125rem; font-weight: 650; }
h3 { margin: 1.25rem 0 .5rem; font-size: 1rem; font-weight: 650; }
h4, h5, h6 { margin: 1rem 0 .5rem; font-size: 1rem; font-weight: 600; }
p, ul, ol, dl, figure, blockquote, pre { margin: 0 0 .75rem; }
ul, ol { padding-left: 1.35rem; }
li { margin-bottom: .25rem; }
a { color: var(--accent); text-underline-offset: .15em; }
a:hover { color: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
pre, code { font: .9em/1.5 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; white-space: pre-wrap; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: .5rem; top: .5rem; z-index: 2; padding: .75rem 1rem; background: var(--card); }
.top { background: var(--card); border-bottom: 1px solid var(--line); }
.bar { max-width: 66rem; margin: 0 auto; padding: .25rem 1.25rem; display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: center; }
.brand { font-weight: 650; color: var(--accent); text-decoration: none; padding: .5rem 0; }
.bar nav ul { display: flex; flex-wrap: wrap; gap: 0 .25rem; list-style: none; margin: 0 -.6rem; padding: 0; }
.bar nav li { margin: 0; }
.bar nav a { display: block; padding: .65rem .6rem; color: var(--ink); text-decoration: none; border-bottom: 3px solid transparent; }
.bar nav a:hover { border-color: var(--line); }
.bar nav a[aria-current] { border-color: var(--accent); color: var(--accent); font-weight: 600; }
.bar .you { margin: 0 0 0 auto; color: var(--muted); font-size: .9375rem; }
.bar .you a { display: inline-block; padding: .65rem .25rem; }
.people { list-style: none; padding: 0; display: grid; gap: .5rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); }
.people li { margin: 0; }
button.person { width: 100%; height: 100%; padding: .75rem 1rem; text-align: left; font-weight: 400; background: var(--card); color: var(--ink); border: 1px solid var(--line); }
button.person strong { display: block; color: var(--accent); }
button.person span { color: var(--muted); font-size: .9375rem; }
button.person:hover { background: var(--quiet); border-color: var(--accent); color: var(--ink); }
main { margin: 0 auto; padding: 1.75rem 1.25rem 4rem; }
main.narrow { max-width: 42rem; }
main.wide { max-width: 66rem; }
.kicker { margin: 0 0 .35rem; color: var(--muted); font-size: .9375rem; }
.small, .hint, .zone { color: var(--muted); font-size: .9375rem; }
.due { font-weight: 600; margin-bottom: .25rem; }
.late { color: var(--late); }
.zone { font-weight: 400; }
.lead { font-size: 1.125rem; color: var(--muted); max-width: 42rem; }`;

const CONTENT = `
.card, .head {
  background: var(--card); border: 1px solid var(--line); border-radius: .625rem; padding: 1.25rem; margin: 0 0 1.25rem;
}
.card > :first-child, .head > :first-child { margin-top: 0; }
.card > :last-child, .head > :last-child, .notice > :last-child, .card > form > :last-child { margin-bottom: 0; }
.about { margin: 0 0 1.5rem; padding: 0 .1rem; }
.about h2 { color: var(--muted); font-size: .9375rem; font-weight: 600; margin-bottom: .3rem; }
.about.critical { background: var(--mind-paper); border-left: 4px solid var(--mind); border-radius: 4px; padding: .85rem 1.1rem .35rem; }
.about.critical h2 { color: var(--mind); }
.about.dos ul, .about.donts ul { list-style: none; padding-left: 0; }
.about.dos li, .about.donts li { padding-left: 1.6rem; position: relative; }
.about.dos li::before, .about.donts li::before { position: absolute; left: 0; font-weight: 700; }
.about.dos li::before { content: '✓' / ''; color: var(--good); }
.about.donts li::before { content: '✕' / ''; color: var(--wrong); }
.lines, .quote blockquote, .results dd, .history-text { white-space: pre-line; }
.written table { display: block; overflow-x: auto; border-collapse: collapse; }
.written th, .written td { text-align: left; padding: .25rem .75rem .25rem 0; }
.written > :last-child { margin-bottom: 0; }
.quote, .written blockquote { border-left: 3px solid var(--line); padding-left: .9rem; margin: 0 0 1rem; }
.quote figcaption { color: var(--muted); font-size: .9375rem; }
.quote blockquote { margin: 0; }
.work > p { margin-bottom: .25rem; }
.work { margin-bottom: .85rem; }
.results { display: grid; grid-template-columns: minmax(0, auto) minmax(0, 1fr); gap: .1rem .75rem; margin: 0 0 .5rem; }
.results dt { color: var(--muted); max-width: 14rem; }
.results dd { margin: 0; }
.notice { background: var(--quiet); border-left: 4px solid var(--accent); border-radius: 4px; padding: .85rem 1.1rem; margin-bottom: 1.25rem; }
.verdict { font-size: 1.125rem; margin-bottom: .25rem; }
.card.recorded, .card.same { border-left: 4px solid var(--good); }
.card.other { border-left: 4px solid var(--late); }
.facts { display: grid; grid-template-columns: minmax(0, max-content) minmax(0, 1fr); gap: .15rem 1.25rem; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; }
@media (min-width: 56rem) {
  .sides { display: grid; grid-template-columns: minmax(0, 1fr) minmax(20rem, 24rem); gap: 2rem; align-items: start; }
  .jump { display: none; }
  .head > :nth-last-child(2) { margin-bottom: 0; }
}
@media (max-width: 30rem) {
  .results { grid-template-columns: minmax(0, 1fr); }
  .results dd { margin-bottom: .35rem; }
  h1 { font-size: 1.5rem; }
  main { padding: 1.25rem 1rem 3rem; }
}`;

const FORMS = `
.button, button {
  display: inline-block; min-height: 2.875rem; padding: .65rem 1.5rem; border: 2px solid transparent; border-radius: .5rem;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; line-height: 1.3; text-decoration: none; cursor: pointer;
}
.button:hover, button:hover { background: var(--accent-strong); color: var(--on-accent); }
button.second { background: transparent; color: var(--accent); border-color: var(--accent); }
button.second:hover { background: var(--quiet); }
button.quiet { min-height: 2.75rem; padding: .5rem .9rem; background: var(--quiet); color: var(--ink); font-weight: 500; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0 0; }
.jump { margin-top: 1rem; }
.card > h2 { margin-bottom: 1rem; }
.field { margin: 0 0 1.35rem; padding: 0; border: 0; min-width: 0; }
.field > label, legend { display: block; font-weight: 600; padding: 0; margin-bottom: .25rem; }
.optional { font-weight: 400; color: var(--muted); }
.hint { margin: 0 0 .35rem; }
.problem { margin: 0 0 .35rem; color: var(--wrong); font-weight: 600; }
.field.wrong { border-left: 4px solid var(--wrong); padding-left: .85rem; }
input:not([type='radio'], [type='checkbox']), select, textarea {
  width: 100%; max-width: 100%; min-height: 2.75rem; padding: .55rem .7rem; border: 1px solid var(--edge); border-radius: .4rem;
  background: var(--card); color: var(--ink); font: inherit;
}
textarea { resize: vertical; line-height: 1.45; }
input.short { width: 14rem; }
input:not([type='radio'], [type='checkbox'])[aria-invalid], select[aria-invalid], textarea[aria-invalid] { border: 2px solid var(--wrong); }
.trap { position: absolute; left: -999rem; }
.option { position: relative; padding-left: 2.5rem; margin-bottom: .35rem; }
.option input { position: absolute; left: 0; top: .55rem; width: 1.5rem; height: 1.5rem; margin: 0; accent-color: var(--accent); }
.option label { display: block; padding: .6rem 0; min-height: 2.75rem; }
.option .hint { margin: -.6rem 0 .4rem; }
.problems { border: 3px solid var(--wrong); border-radius: .5rem; background: var(--wrong-paper); padding: 1rem 1.25rem .5rem; margin-bottom: 1.5rem; }
.problems a { color: var(--wrong); font-weight: 600; }
details.card > summary, details > summary { cursor: pointer; font-weight: 600; padding: .35rem 0; }
details[open] > summary { margin-bottom: .5rem; }
details + details[open] { margin-top: .75rem; }
details[open]:not(.card) { padding-bottom: 1rem; }
fieldset.bare .actions { margin: .35rem 0 .75rem; }
fieldset.bare { border: 0; margin: 0; padding: 0; min-width: 0; }
.inline { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
.inline .field { margin: 0; flex: 1 1 14rem; }`;

const TABLES = `
table { width: 100%; border-collapse: collapse; }
.list { background: var(--card); border: 1px solid var(--line); border-radius: .625rem; margin-bottom: 1.5rem; }
.list table { table-layout: auto; }
.list th { text-align: left; font-size: .875rem; font-weight: 600; color: var(--muted); padding: .7rem 1rem; border-bottom: 1px solid var(--line); }
.list td { padding: .7rem 1rem; vertical-align: top; border-bottom: 1px solid var(--line); }
.list tbody tr:last-child td { border-bottom: 0; }
.list td:not(.title) { overflow-wrap: break-word; }
.list td[data-label] { min-width: 10.5rem; }
.list td.title { font-weight: 600; min-width: 14rem; }
.list td.title > * { font-weight: 400; }
.list td.title > strong { font-weight: 600; }
.list td.late { font-weight: 600; }
.state { display: inline-block; padding: .1rem .55rem; border-radius: 1rem; font-size: .875rem; font-weight: 600; background: var(--quiet); color: var(--ink); white-space: nowrap; }
.state.done, .state.approved, .state.finished { background: var(--good-paper); color: var(--good); }
.state.late { background: var(--late-paper); color: var(--late); }
.state.changes { background: var(--mind-paper); color: var(--mind); }
.state.rejected, .state.failed, .state.cancelled, .state.expired { background: var(--wrong-paper); color: var(--wrong); }
.state.waiting, .state.skipped, .state.closed { background: transparent; color: var(--muted); border: 1px solid var(--line); }
.history { list-style: none; padding: 0; margin: 0 0 1rem; }
.history li { display: grid; grid-template-columns: 3.5rem minmax(0, 1fr); gap: 0 1rem; padding: .35rem 0; border-bottom: 1px solid var(--line); }
.history time { color: var(--muted); font-size: .9375rem; }
.empty { color: var(--muted); padding: 1.25rem; margin: 0; }
.picture { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .625rem; margin-bottom: 1.5rem; }
.picture svg { display: block; max-width: none; height: auto; }
.letter { border: 1px solid var(--line); border-radius: .625rem; overflow: hidden; margin-bottom: 1.25rem; }
.plain { white-space: pre-wrap; }
.clock .now { font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; margin-bottom: .35rem; }
@media screen and (max-width: 56rem) {
  .list thead { position: absolute; left: -999rem; }
  .list table, .list tbody, .list tr, .list td { display: block; width: 100%; }
  .list tr { padding: .75rem 1rem; border-bottom: 1px solid var(--line); }
  .list tr:last-child { border-bottom: 0; }
  .list td { padding: .1rem 0; border: 0; }
  .list td[data-label]::before { content: attr(data-label) ': '; color: var(--muted); font-weight: 400; }
  .list td:empty { display: none; }
  .list td.title, .list td[data-label] { min-width: 0; }

}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --muted: #444; --line: #bbb; --accent: #000; --late: #000; --late-paper: #fff; --good: #000; --good-paper: #fff; --wrong: #000; --wrong-paper: #fff; --mind: #000; --mind-paper: #fff; --quiet: #fff; }
  .top, .skip, .jump, form, details, .actions { display: none; }
  main.narrow, main.wide { max-width: none; padding: 0; }
  .sides { display: block; }
  .card, .head, .list { border: 0; padding: 0; }
  .picture { overflow: visible; border: 0; }
  .picture svg { width: 100%; height: auto; }
  section, tr, .work, .quote { break-inside: avoid; }
}
@media (prefers-reduced-motion: no-preference) { a, button, .button { transition: background-color .12s, border-color .12s; } }`;

const BOARD = `
.headline { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: start; justify-content: space-between; }
.headline .actions { margin: 0 0 .75rem; }
.headline + .hint { margin: -.5rem 0 1rem; }
.below { display: block; font-weight: 400; }
.tabs { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; justify-content: space-between; margin: 0 0 1rem; }
.tabs ul { display: flex; flex-wrap: wrap; gap: .35rem; list-style: none; margin: 0; padding: 0; }
.tabs li { margin: 0; }
.tab { display: block; padding: .6rem .9rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: var(--ink); text-decoration: none; }
.tab:hover { border-color: var(--accent); }
.tab[aria-current] { border-color: var(--accent); background: var(--quiet); color: var(--accent); font-weight: 600; box-shadow: inset 0 -3px 0 var(--accent); }
.tab.late strong { color: var(--late); }
.tab.risk strong { color: var(--mind); }
.filters { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: end; margin: 0 0 1rem; }
.filters .field { margin: 0; }
.filters > .field { flex: 1 1 14rem; max-width: 26rem; }
.filters .actions { margin: 0; order: 1; }
.filters details { order: 2; padding: .55rem 0; }
.chosen { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .75rem; padding: 0; list-style: none; }
.filters details[open] { flex: 1 1 100%; padding: 0; }
.state.risk { background: var(--mind-paper); color: var(--mind); }
.state.fine { background: var(--good-paper); color: var(--good); }
.board .where { display: block; margin-bottom: .35rem; }
.board .where strong { font-weight: 500; }
.board .where:last-of-type { margin-bottom: 0; }
.board td[data-label] { min-width: 8rem; }
progress { display: block; width: 100%; max-width: 9rem; height: .35rem; margin-top: .4rem; border: 0; border-radius: 1rem; background: var(--line); appearance: none; overflow: hidden; }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
.columns { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(11.25rem, 1fr); gap: .6rem; overflow-x: auto; align-items: start; padding-bottom: .5rem; margin-bottom: 1rem; }
.columns section { background: var(--quiet); border-radius: .625rem; padding: .75rem; min-height: 6rem; }
.columns h2 { font-size: 1rem; margin: 0 0 .6rem; display: flex; justify-content: space-between; gap: .5rem; }
.count { color: var(--muted); font-weight: 400; }
.columns ul { list-style: none; margin: 0; padding: 0; }
.columns li { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: .5rem; padding: .65rem .75rem; margin: 0 0 .5rem; font-size: .9375rem; }
.columns li.late { color: inherit; border-left-color: var(--late); }
.columns li.risk { border-left-color: var(--mind); }
.columns li .where { display: block; margin: .35rem 0 .25rem; }
.columns li .where strong { font-weight: 500; }
.pager { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1rem; }
.pager a, .csv { display: inline-block; padding: .6rem 0; }
.foot { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; justify-content: space-between; align-items: baseline; }
.foot p, .foot .pager { margin: 0; }
.plain-list { list-style: none; padding: 0; margin: 0; }
.plain-list li { padding: .6rem 0; border-bottom: 1px solid var(--line); margin: 0; }
.plain-list li:first-child { padding-top: 0; }
.plain-list li:last-child { border-bottom: 0; padding-bottom: 0; }
.plain-list .button { margin-top: .5rem; }
.facts progress { max-width: 14rem; }
.steps td.title { width: 34%; }
.steps .results { grid-template-columns: minmax(0, 1fr); gap: 0; margin: .25rem 0 0; }
.steps .results dd { margin-bottom: .25rem; }
.steps .quote { margin: .35rem 0 0; }
tr.coming td { color: var(--muted); }
.steered { border-top: 1px solid var(--line); padding: .75rem 0 .25rem; }
.steered h3 { margin: 0 0 .25rem; }
.timeline { font-size: 13px; fill: var(--ink); padding: 0; }
.picture .timeline { margin: .75rem; width: calc(100% - 1.5rem); min-width: 46rem; height: auto; }
.timeline .tick { stroke: var(--line); }
.timeline .tick-label, .timeline .now-label { fill: var(--muted); font-size: 12px; }
.timeline .critical { font-weight: 650; }
.timeline .plan { fill: var(--quiet); stroke: var(--edge); }
.timeline .done { fill: var(--good); }
.timeline .done-late { fill: var(--mind); }
.timeline .open { fill: var(--accent); }
.timeline .late { fill: var(--late); }
.timeline .foreseen { fill: var(--accent); opacity: .4; }
.timeline .now { stroke: var(--wrong); stroke-width: 1.5; }
.timeline .now-label { fill: var(--wrong); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: -.75rem 0 1.5rem; font-size: .875rem; color: var(--muted); }
.legend svg { vertical-align: -1px; }
.take a { margin-right: 1rem; }
@media (min-width: 56rem) { .sides.even { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.25rem; } }
@media (max-width: 56rem) {
  .steps td.title { width: auto; }
  .columns { grid-auto-flow: row; grid-auto-columns: auto; grid-template-columns: minmax(0, 1fr); overflow-x: visible; }
  .columns section { min-height: 0; }
  .board tr { display: flex; flex-direction: column; gap: .15rem; }
  .board td.standing { order: -1; }
  .board td.where-cell::before { display: none; }
  .board td.where-cell .where { margin-bottom: .15rem; }
  .list td[data-label] > div { display: inline-block; vertical-align: top; }
}
@media (max-width: 40rem) {
  .bar { padding: 0 1rem; column-gap: .5rem; }
  .bar nav { order: 3; width: 100%; }
  .bar nav ul { flex-wrap: nowrap; gap: 0; justify-content: space-between; overflow-x: auto; scrollbar-width: none; }
  .bar nav a { padding: .7rem .3rem; font-size: .875rem; white-space: nowrap; }
  .bar .you .says { position: absolute; left: -999rem; }
  .bar .you { font-size: .875rem; }
  .tabs { display: block; margin: 0 0 .5rem; }
  .tabs nav, .tabs ul { display: inline; }
  .tabs li { display: inline-block; margin: 0 .15rem .35rem 0; }
  .tab { padding: .4rem .55rem; }
  .filters { margin: 0 0 .75rem; column-gap: .5rem; }
  .filters > .field { flex-basis: 8rem; }
}
@media print {
  .tabs, .filters, .pager, .take, .csv, .you, .steering { display: none; }
  .list td, .list td.title, .list td[data-label], .board td[data-label] { min-width: 0; padding: .4rem .5rem; }
  .timeline .done { fill: #555; }
  .timeline .done-late { fill: #555; stroke: #000; stroke-width: 2; }
  .timeline .open { fill: #999; }
  .timeline .late { fill: #000; }
  .timeline .foreseen { fill: #ccc; opacity: 1; }
  .timeline .now { stroke: #000; stroke-dasharray: 4 3; }
  .picture .timeline { width: 100%; min-width: 0; margin: 0; }
  .columns { overflow: visible; }
}`;

/** Work, team, workflows, plans. */
const WORK = `
.chart { display: block; width: 100%; min-width: 4rem; height: .6rem; margin: .3rem 0; }
.chart .room { fill: var(--line); }
.chart .fill { fill: var(--accent); }
.chart .critical { fill: var(--accent-strong); }
.chart .over { fill: var(--late); }
.chart .axis { fill: var(--edge); }
.chart .due { fill: var(--ink); }
.list td.drawn { min-width: 8rem; width: 26%; vertical-align: middle; }
.list thead td { border-bottom: 1px solid var(--line); }
.list td.number { font-variant-numeric: tabular-nums; }
.list th, .written th { overflow-wrap: normal; }
.list tr:last-child th[scope='row'] { border-bottom: 0; }
.lead + section, .lead + .notice { margin-top: 1.75rem; }
.list td .own-line { display: block; }
.list table.plan td[data-label] { overflow-wrap: normal; }
.list table.plan .nowrap { white-space: nowrap; }
.inline + .card { margin-top: 1.25rem; }
section > .actions + .list, section + .list { margin-top: 1.5rem; }
.actions form { margin: 0; }
.list tbody th { font-weight: 600; font-size: 1rem; color: var(--ink); white-space: nowrap; }
.list table.load td.title { min-width: 10rem; }
.list table.plan td[data-label], .list table.record td[data-label], .list table.load td[data-label] { min-width: 0; }
.list table.plan td, .list table.record td, .list table.load td { padding: .6rem .6rem; }
.list table.plan th, .list table.record th, .list table.load th { padding: .6rem .6rem; }
.list table.load td.week { width: 13%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
.list table.load .figures { white-space: nowrap; }
.remark { display: block; color: var(--late); font-size: .9375rem; }
.cards { list-style: none; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
.cards li { margin: 0; display: flex; flex-direction: column; }
.cards li > p:last-child { margin-top: auto; }
.cards h2 { margin-bottom: .5rem; }
.button.quiet { min-height: 2.75rem; padding: .55rem 1rem; background: var(--quiet); color: var(--accent); font-weight: 600; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.ways { align-items: center; gap: .75rem 1.5rem; margin: 0 0 1.5rem; }
.ways a:not(.button) { padding: .65rem 0; }
.procedure h2 { margin-top: 2rem; font-size: 1.3rem; }
.procedure h3 { margin-top: 1.75rem; font-size: 1.125rem; }
.secret { width: 100%; font: .9375rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
section + section { margin-top: 2rem; }
@media (max-width: 56rem) {
  .list tbody th { display: block; padding: 0; border: 0; }
  .list td.drawn { width: 100%; min-width: 0; }
  .list table.load td.week, .list table.plan td, .list table.record td, .list table.load td { width: 100%; padding: .1rem 0; }
  .list table.load td.week .chart { float: right; width: 35%; margin-top: .5rem; }
  .list table.plan .nowrap { white-space: normal; }
}
@media print { .ways { display: none; } .cards { display: block; } .chart .fill, .chart .over, .chart .critical { fill: #000; } .chart .room { fill: #ccc; } }`;

export const STYLESHEET = `${[COLOURS, BASE, CONTENT, FORMS, TABLES, BOARD, WORK].map((part) => part.trim()).join('\n')}\n${diagramStyles()}\n`;
