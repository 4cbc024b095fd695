import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyVatId } from '#shared/billing/use-cases/runs/verify-vat-id.ts';
import { readContent } from '#shared/commit-log/use-cases/content.ts';
import { viesRegister } from '#shared/http/vies-register.ts';
import { accountFact, memoryWorld } from '../billing/memory-world.ts';
import { catalogWith, planOf } from '../rating/fleet.ts';

type Reply = (response: ServerResponse, question: { countryCode: string; vatNumber: string }) => void;

/** A service that answers as VIES does, each question by the next of its replies (the last again and again), and notes what it was asked. */
let service: Server;
let replies: Reply[];
let asked: { readonly path: string; readonly question: unknown }[];
beforeEach(async () => {
  asked = [];
  service = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const part of request) body += part;
  const question = JSON.parse(body);
  const reply = replies[Math.min(asked.length, replies.length - 1)] as Reply;
  asked.push({ path: `${request.method} ${request.url}`, question });
  reply(response, question);
}

const json =
  (status: number, value: unknown): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
const says =
  (valid: boolean, more: object = {}): Reply =>
  (response, { countryCode, vatNumber }) => {
    const requestDate = '2026-11-22T10:00:00.000Z';
    const of = { countryCode, vatNumber, requestDate, valid, requestIdentifier: valid ? 'WAPIAAAAY1' : '' };
    json(200, { ...of, name: 'OU Test', address: 'Tallinn', ...more })(response, { countryCode, vatNumber });
  };
const fails = (error: string, status = 200) => json(status, { actionSucceed: false, errorWrappers: [{ error }] });

const register = (timeoutMilliseconds = 10_000) => {
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/rest-api/`;
  return viesRegister({ url, timeoutMilliseconds, pauses: [1, 1] });
};
const ask = (timeoutMilliseconds = 10_000) => register(timeoutMilliseconds).ask('EE100931558', 'DE123456788');

describe('VIES', () => {
  test.each<[string, boolean, string]>([
    ['knows an id', true, 'WAPIAAAAY1'],
    ['does not know it', false, ''],
  ])('%s', async (_, isValid, reference) => {
    replies = [says(isValid)];
    const answered = await ask();
    const request = {
      ...{ countryCode: 'EE', vatNumber: '100931558' },
      ...{ requesterMemberStateCode: 'DE', requesterNumber: '123456788' },
    };
    expect(answered).toMatchObject({
      outcome: 'answered',
      isValid,
      reference,
      exchange: { request, response: { name: 'OU Test' } },
    });
    expect(asked).toEqual([{ path: 'POST /rest-api/check-vat-number', question: request }]);
  });

  test('is not told who asks, where there is nobody to tell', async () => {
    replies = [says(true)];
    await register().ask('EE100931558', '');
    expect(asked[0]?.question).toEqual({ countryCode: 'EE', vatNumber: '100931558' });
  });

  const silent: Reply = () => undefined;
  const broken: Reply = (response) => void response.destroy();
  test.each<[string, Reply, number, string]>([
    ['a member state that cannot be reached', fails('MS_UNAVAILABLE'), 3, 'MS_UNAVAILABLE'],
    ['too many questions at once', fails('MS_MAX_CONCURRENT_REQ'), 3, 'MS_MAX_CONCURRENT_REQ'],
    ['a failure of its own', fails('SERVICE_UNAVAILABLE', 500), 3, 'SERVICE_UNAVAILABLE'],
    ['a gateway before it', (response) => void response.writeHead(503).end('<html>'), 3, 'HTTP 503'],
    ['a connection that breaks', broken, 3, 'UND_ERR_SOCKET'],
    ['a page instead of an answer', (response) => void response.end('<html>'), 3, 'has not the form'],
    ['an answer without its word', json(200, { countryCode: 'EE', vatNumber: '100931558' }), 3, 'has not the form'],
    ['a word that is no yes or no', says(true, { valid: 'true' }), 3, 'has not the form'],
    ['an answer about another id', says(true, { vatNumber: '1' }), 3, 'about EE1'],
    ['an answer without end', (response) => void response.end('x'.repeat(30_000)), 3, 'longer than 20000'],
    ['another place to ask', (response) => void response.writeHead(302, { location: '/x' }).end(), 3, 'redirect'],
    ['a wrong question, which is not asked again', fails('INVALID_INPUT', 400), 1, 'INVALID_INPUT'],
    ['an address that is blocked, likewise', fails('IP_BLOCKED'), 1, 'IP_BLOCKED'],
  ])('says nothing of an id: %s', async (_, reply, tries, reason) => {
    replies = [reply];
    expect(await ask()).toEqual({ outcome: 'unavailable', reason: expect.stringContaining(reason) });
    expect(asked).toHaveLength(tries);
  });

  test('says nothing of an id: no answer in time', async () => {
    replies = [silent];
    expect(await ask(100)).toEqual({ outcome: 'unavailable', reason: 'no answer within 0.1 s' });
  });

  test('is asked again, and answers then', async () => {
    replies = [broken, fails('MS_UNAVAILABLE'), says(true)];
    expect(await ask()).toMatchObject({ outcome: 'answered', isValid: true });
    expect(asked).toHaveLength(3);
  });
});

describe('what comes of it', () => {
  const recorded = async () => {
    const world = await memoryWorld(catalogWith(planOf('a', '[{ kind: recurring, id: fee, name: Fee, price: 3.00 }]')));
    await world.record([accountFact('p', { vatId: 'EE100931558' })]);
    return { world, result: await verifyVatId(world.ports, register(), 'p', 'anna') };
  };

  test('question and answer are kept as they were, and the fact names them', async () => {
    replies = [says(true)];
    const { world, result } = await recorded();
    expect(result).toMatchObject({
      outcome: 'recorded',
      check: { isValid: true, source: 'VIES', reference: 'WAPIAAAAY1' },
    });
    const { evidence } = (result as Extract<typeof result, { outcome: 'recorded' }>).check;
    expect(await readContent(world.ports.objects, evidence!)).toMatchObject({
      request: { countryCode: 'EE' },
      response: { valid: true, name: 'OU Test', requestDate: '2026-11-22T10:00:00.000Z' },
    });
  });

  test('while nobody answers nothing is recorded, and a run is posted without it', async () => {
    replies = [fails('MS_UNAVAILABLE')];
    const { world, result } = await recorded();
    expect(result).toEqual({
      outcome: 'refused',
      reason: 'VIES does not answer about EE100931558 (MS_UNAVAILABLE); ask again later',
    });
    const before = asked.length;
    world.setClock('2026-02-02');
    await world.bill('2026-01');
    expect(asked).toHaveLength(before);
  });
});
