/** The one style sheet of the report. Colours hold a contrast of 4.5 in both schemes; nothing is told by colour alone. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#57606a;--line:#d0d7de;--card:#f6f8fa;--ok:#1a7f37;--no:#c4232c;--ask:#8a5300;--link:#0757b8}
@media (prefers-color-scheme:dark){:root{--bg:#0f1318;--fg:#e6edf3;--dim:#9aa5b1;--line:#30363d;--card:#171c23;--ok:#4cc764;--no:#ff7b72;--ask:#e3a73b;--link:#79b8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:75rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:1.5rem 0 .5rem}header{padding-bottom:0}main{padding-top:0}
p{margin:.4rem 0}a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:1rem;background:var(--bg);padding:.5rem}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;list-style:none}
.dim{color:var(--dim)}.ok{color:var(--ok)}.no{color:var(--no)}.ask{color:var(--ask)}
.note{border:1px solid var(--line);border-left:.4rem solid var(--dim);background:var(--card);padding:.6rem 1rem;border-radius:.3rem}
.note.bad{border-left-color:var(--no)}.note.good{border-left-color:var(--ok)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem;margin:1rem 0}
dl div{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.5rem .8rem}
dt{color:var(--dim);font-size:.85rem}dd{margin:0;font-size:1.4rem;font-variant-numeric:tabular-nums}
svg{display:block;width:100%;height:10rem;background:var(--card);border:1px solid var(--line);border-radius:.4rem}
svg .b-ok{fill:var(--ok)}svg .b-no{fill:var(--no)}svg .b-ask{fill:var(--ask)}
.axis{display:flex;justify-content:space-between;gap:1rem;color:var(--dim);font-size:.85rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
th{color:var(--dim);font-weight:600;white-space:nowrap}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.t{white-space:nowrap}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap}
details{border-bottom:1px solid var(--line);padding:.35rem 0}summary{cursor:pointer;padding:.2rem}
pre{font:.85em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;background:var(--card);padding:.6rem;border-radius:.3rem;margin:.3rem 0}
@media (max-width:40rem){
body{font-size:17px}header,main,footer{padding-left:.7rem;padding-right:.7rem}
table,tbody,tr,td{display:block}thead{position:absolute;left:-999rem}
tr{border:1px solid var(--line);border-radius:.4rem;margin:.5rem 0;padding:.3rem;background:var(--card)}
td,td.n,td.t{border:0;text-align:left;white-space:normal;padding:.15rem .4rem}
td::before{content:attr(data-label) " ";color:var(--dim);font-size:.85rem}
td:empty{display:none}
summary{min-height:2.5rem}
}
@media print{details>*{display:block}}
`;
