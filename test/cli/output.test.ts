import { describe, expect, test } from 'vitest';
import { type OutputOptions, streamOutput } from '../../cli/terminal/output.ts';

/** What reaches each stream, with a clock that is moved by hand. */
function streams(watched: boolean, options: OutputOptions) {
  const said = { stdout: '', stderr: '', now: 0 };
  const output = streamOutput(
    {
      stdout: (text) => {
        said.stdout += text;
      },
      stderr: (text) => {
        said.stderr += text;
      },
      drained: async () => {},
      watched,
      now: () => said.now,
    },
    options,
  );
  return { said, output };
}

describe('output', () => {
  test('people read text on stdout and hints on stderr', () => {
    const { said, output } = streams(false, { json: false, quiet: false });
    output.result({ a: 1 }, 'one');
    output.next('two');
    expect(said).toMatchObject({ stdout: 'one\n', stderr: 'next: two\n' });
  });

  test('machines read JSON on stdout, and nothing else is said', () => {
    const { said, output } = streams(true, { json: true, quiet: false });
    said.now = 60_000;
    output.progress('half');
    output.result({ a: 1 }, 'one');
    output.next('two');
    expect(said).toMatchObject({ stdout: '{\n  "a": 1\n}\n', stderr: '' });
  });

  test('lines of a long result go to stdout as they come', async () => {
    const { said, output } = streams(false, { json: true, quiet: false });
    await output.lines('{"a":1}\n{"a":2}\n');
    await output.lines('{"a":3}\n');
    expect(said).toMatchObject({ stdout: '{"a":1}\n{"a":2}\n{"a":3}\n', stderr: '' });
  });

  test('quiet leaves hints and progress out', () => {
    const { said, output } = streams(true, { json: false, quiet: true });
    said.now = 60_000;
    output.progress('half');
    output.result({}, 'one');
    output.next('two');
    expect(said).toMatchObject({ stdout: 'one\n', stderr: '' });
  });

  test.each([
    ['nobody watches', false, 60_000, ''],
    ['it took two seconds at most', true, 1_999, ''],
    ['somebody watches something long', true, 2_000, '\r\u001B[2Khalf\r\u001B[2K'],
  ])('progress when %s', (_, watched, now, stderr) => {
    const { said, output } = streams(watched, { json: false, quiet: false });
    said.now = now;
    output.progress('half');
    output.result({}, 'one');
    expect(said.stderr).toBe(stderr);
  });
});
