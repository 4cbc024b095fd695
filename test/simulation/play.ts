import { hash } from 'node:crypto';
import { seededRandom } from './random.ts';
import { createScheduler, type Profile } from './scheduler.ts';
import { type Course, tell } from './story.ts';

const NO_FAULTS: Profile = {
  crash: 0,
  throttle: 0,
  lost: 0,
  twice: 0,
  part: 0,
  abandon: 0,
  duplicate: 0,
  eventLost: 0,
  stepTwice: 0,
  executionDies: 0,
  budget: 0,
};
const t=performance.now();
for (let seed=1; seed<=20; seed++) {
const s = createScheduler(seed, NO_FAULTS, true);
const t0=performance.now();
try { 
await tell(s, { billsEarly: seed%2===0, races: seed%3===0 }, async (cloud) => { if (seed===1) console.log('rest', s.counts()); });
} catch (e) { console.log(e); console.log(s.trace.slice(-30).join('\n')); }
console.log(seed, (performance.now()-t0).toFixed(), s.counts(), hash('sha256', s.trace.join('\n')).slice(0,8), [...s.errors]);
}
