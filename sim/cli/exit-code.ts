import type { Result } from '../measure/result.ts';

/** What the process says to a shell or a CI when it ends. Documented in `ipvlane --help`; never renumbered. */
export const EXIT = {
  /** All expectations met. */
  ok: 0,
  /** An expectation was not met. */
  expectation: 1,
  /** The manifests or the command line are wrong. */
  input: 2,
  /** The machine cannot: what is missing was said, with the line that fixes it. */
  machine: 3,
  /** Nothing that could be judged is unmet, but something could not be measured here: nobody is to take that for a pass. */
  unjudged: 4,
  /** A bug of ours. */
  bug: 70,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a run that came to its end is worth. */
export function exitCodeOfVerdict(verdict: Result['verdict'], allowUnmeasured: boolean): ExitCode {
  if (verdict === 'pass') return EXIT.ok;
  if (verdict !== 'unjudged') return EXIT.expectation;
  return allowUnmeasured ? EXIT.ok : EXIT.unjudged;
}

/** From the best to the worst. */
const ORDER: readonly ExitCode[] = [
  EXIT.ok,
  EXIT.unjudged,
  EXIT.expectation,
  EXIT.input,
  EXIT.machine,
  EXIT.bug,
  EXIT.interrupted,
];

/** What several runs come to together. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return ORDER[Math.max(0, ...codes.map((code) => ORDER.indexOf(code)))] ?? EXIT.bug;
}
