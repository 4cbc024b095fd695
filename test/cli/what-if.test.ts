import { expect, test } from 'vitest';
import { askWhatIf } from '../../cli/runs/what-if.ts';
import { smallOperator } from '../billing/small-operator.ts';
import { FILES } from '../simulation/world.ts';
import { told } from './memory-session.ts';

const ASKED = { month: '2026-10', plan: [], subscription: '', catalog: '' };

test('a month on another plan stands beside what it is, line by line; nothing is asked and a wrong folder are said', async () => {
  const operator = await smallOperator();
  await operator.dropFile(FILES.first);
  const { text, data } = await told((output) =>
    askWhatIf(operator, 'alpha', { ...ASKED, plan: ['flex=sensor'] }, output),
  );
  expect(`\n${text}\n`).toMatchInlineSnapshot(`
    "
    alpha, 2026-10-01 to 2026-10-31: 17.86 EUR would be 5.31 EUR, -12.55

    business unit  charge        zone     plan  quantity  is, EUR  plan instead   quantity  would be  difference
    east           Fee                    flex         2     9.80  sensor                2      1.70       -8.10
    west           Data, tier 1  Germany                           sensor                2      0.40       +0.40
    west           Data, tier 2  Germany                           sensor                8      1.21       +1.21
    west           Data, tier 3  Germany                           sensor        10.064517      0.60       +0.60
    west           Fee                    flex  1.645161     8.06  sensor         1.645161      1.40       -6.66
                   together                                 17.86                               5.31      -12.55
    "
  `);
  expect(data).toMatchObject({ outcome: 'compared', account: 'alpha', currency: 'EUR' });
  await expect(told((output) => askWhatIf(operator, 'alpha', ASKED, output))).rejects.toThrow(
    'nothing would be otherwise',
  );
  const gone = { ...ASKED, catalog: '/nowhere' };
  await expect(told((output) => askWhatIf(operator, 'alpha', gone, output))).rejects.toThrow('/nowhere is not there');
  const unknown = { ...ASKED, plan: ['huge'] };
  await expect(told((output) => askWhatIf(operator, 'alpha', unknown, output))).rejects.toThrow('no plan huge');
});
