// The page's style: one column of text, plots side by side where there is room, figures aligned, light and dark as the reader has it.

import { declarations } from './palette.js';

export const STYLE = `
:root{color-scheme:light dark;${declarations('light')}}
@media (prefers-color-scheme:dark){:root{${declarations('dark')}}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-variant-numeric:tabular-nums}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1rem}
header{padding-top:2.5rem}
.eyebrow{margin:0;color:var(--soft);font-size:.875rem}
h1{margin:.25rem 0 1rem;font-size:clamp(1.6rem,1.2rem + 1.8vw,2.5rem);line-height:1.15;letter-spacing:-.02em;text-wrap:balance}
h2{margin:3.5rem 0 .5rem;padding-top:1.25rem;border-top:1px solid var(--line);font-size:1.375rem;line-height:1.25;letter-spacing:-.01em}
h3{margin:0;font-size:.875rem;line-height:1.35;font-weight:600}
p,li,figcaption{max-width:46rem}
p{margin:.5rem 0}
a{color:var(--link)}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.lead{margin:0;padding:0;list-style:none;font-size:1.0625rem}
.lead li{margin:.4rem 0;max-width:52rem}
.lead li:first-child{font-size:1.1875rem;line-height:1.45}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,9rem),1fr));gap:1px;margin:1.5rem 0;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.facts div{background:var(--panel);padding:.6rem .8rem}
dt{color:var(--soft);font-size:.8125rem}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:1rem 0 0;padding:0;list-style:none;font-size:.9375rem}
nav a{display:inline-block;padding:.25rem 0}
figure{margin:0}
figcaption{margin:0 0 .75rem;color:var(--soft);font-size:.9375rem}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:1rem;align-items:start}
.pairs{grid-template-columns:repeat(auto-fill,minmax(min(100%,28rem),1fr))}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.75rem .75rem .5rem}
.panel svg{display:block;width:100%;max-width:28rem;height:auto;margin:.5rem auto 0}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:0 0 .75rem;padding:0;list-style:none;font-size:.875rem}
.legend li{display:flex;align-items:center;gap:.4rem}
.legend svg{width:14px;height:14px;flex:none}
.scroll{overflow-x:auto;margin:1rem 0;border:1px solid var(--line);border-radius:8px}
.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;min-width:100%;font-size:.875rem}
caption{padding:.6rem .75rem;text-align:left;font-weight:600}
/* As wide as the screen, not as the table, and there while it is scrolled. */
caption span{position:sticky;left:.75rem;display:inline-block;max-width:min(60rem,calc(100vw - 3.75rem))}
th,td{padding:.35rem .75rem;border-top:1px solid var(--line);text-align:right;white-space:nowrap;vertical-align:top}
th{font-weight:500}
thead th{color:var(--soft);background:var(--panel)}
tbody th{white-space:normal;min-width:7.5rem}
tbody th,th.text,td.text{text-align:left}
.prose td.text{white-space:normal;min-width:14rem}
.met{color:var(--good);font-weight:600}
.not-met{color:var(--bad);font-weight:600}
.not-measured{color:var(--soft)}
details{border-bottom:1px solid var(--line)}
summary{padding:.6rem 0;cursor:pointer}
summary span{color:var(--soft)}
.notice{border:1px solid var(--bad);border-radius:8px;padding:.6rem .8rem;max-width:46rem}
ul.notes{padding-left:1.1rem}
ul.notes li{margin:.3rem 0}
footer{margin-top:3rem;padding-bottom:3rem;color:var(--soft);font-size:.875rem}
@media print{details::details-content{content-visibility:visible}}
`.trim();
