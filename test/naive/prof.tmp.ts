import fc from 'fast-check';
import { arbitraryWorlds } from './arbitrary-worlds.ts';
import { arbitraryCatalog } from './arbitrary-plans.ts';
import { naivelyOwed } from './owed.ts';
import { reallyOwed } from './real.ts';
let t = process.cpuUsage();
const lap = (name: string, n: number) => { const d = process.cpuUsage(t); console.log(name, (d.user + d.system) / 1000 / n, n); t = process.cpuUsage(); };
fc.sample(arbitraryCatalog(['2026-03-11','2026-03-16']), 100);
lap('catalogs', 100);
const all = fc.sample(arbitraryWorlds, 200).flat();
lap('worlds', all.length);
const owed = all.map((w) => [w, naivelyOwed(w)] as const);
lap('naive', all.length);
for (const w of all) reallyOwed(w);
lap('real', all.length);
const stat: Record<string, number> = {};
const add = (k: string) => (stat[k] = (stat[k] ?? 0) + 1);
for (const [w, lines] of owed) {
  add(lines.length === 0 ? 'empty' : 'some');
  for (const l of lines) {
    const version = w.catalog.plans.find((p) => p.id === l.plan)!.versions.find((v) => v.from === l.version)!;
    const c = version.charges.find((x) => x.id === l.charge)!;
    add(c.kind === 'recurring' ? `recurring ${c.due} ${c.proration}` : `usage ${c.price.model} ${c.count} ${version.allowances.filter((a) => a.covers.includes(c.id)).map((a) => a.kind + a.scope).join('+')}`);
    if (c.kind === 'usage') add(`rounding ${c.rounding}`);
    if (l.tier > 1) add('tier>1');
    if (lines.some((o) => o !== l && o.plan === l.plan && o.version === l.version && o.charge === l.charge && o.businessUnit !== l.businessUnit)) add('several units');
    if (lines.some((o) => o !== l && o.plan === l.plan && o.version !== l.version && o.charge === l.charge)) add('several versions');
    if (Number(l.amount) === 0) add('zero amount');
  }
}
console.log(stat);
