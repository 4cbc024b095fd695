import { defineConfig } from 'vitest/config';

/** The tests near the capability whose code is mutated: those that name its rules, without journeys and simulations. */
const NEAR: Readonly<Record<string, readonly string[]>> = {
  money: ['test/money'],
  rating: ['test/rating', 'test/oracle', 'test/naive'],
  billing: ['test/billing', 'test/oracle', 'test/naive'],
  invoicing: ['test/invoicing'],
};

const folders = NEAR[process.env.MUTATED ?? ''] ?? Object.values(NEAR).flat();

/** The files of `TESTS` (separated by commas) where given: the tests that state the rules of one mutated file. */
const named = process.env.TESTS?.split(',');

export default defineConfig({
  test: {
    include: named ?? folders.map((folder) => `${folder}/**/*.test.ts`),
    testTimeout: 60_000,
    maxWorkers: 1,
  },
});
