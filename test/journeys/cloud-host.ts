// A process that runs the embedded cloud, so that a test can kill it. It is asked by message and answers by message.
import { startCloud } from '../../local/cloud.ts';
import type { Answer, Question } from './killable-cloud.ts';

const [assemblyDirectory = '', dataDirectory = '', port = '0'] = process.argv.slice(2);
const cloud = await startCloud({
  assemblyDirectory,
  dataDirectory,
  port: Number(port),
  schedules: false,
  metered: false,
  log: () => undefined,
});
const answer = (message: Answer) => process.send?.(message);

async function reply({ id, ask, value }: Question): Promise<unknown> {
  switch (ask) {
    case 'set clock':
      return void cloud.clock.set(Number(value));
    case 'idle':
      return cloud.idle();
    case 'trigger':
      return cloud.trigger(String(value));
    case 'dead letters':
      return cloud.deadLetters();
    case 'stop':
      await cloud.stop();
      answer({ id, value: '' });
      return process.exit(0);
  }
}

process.on('message', (question: Question) => {
  reply(question).then(
    (value) => answer({ id: question.id, value: value ?? '' }),
    (error: Error) => answer({ id: question.id, value: '', error: error.message }),
  );
});
answer({ id: 0, value: cloud.endpoint });
