import { expect, it } from 'vitest';
import { nodeOf, planOf, podOf } from '../../test/lab/plans.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { refuseEngine } from './engine-asked.ts';

const plan = {
  ...planOf({ nodes: [nodeOf('n1', 230)], pods: [podOf(1, 'a', 'n1')] }),
  dataplane: { maps: {}, verifyAddresses: true, charge: 'ip' as const },
};

it('an engine of the command line that cannot charge as the Scenario says ends the run, by name and with a remedy', () => {
  let thrown: unknown;
  try {
    refuseEngine(plan, 'htb');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DiagnosticError);
  expect((thrown as DiagnosticError).diagnostics).toMatchObject([
    {
      code: 'E422',
      severity: 'error',
      message: expect.stringContaining('`charge: ip`: what limits with engine htb') as string,
      help: expect.stringContaining('edt') as string,
    },
  ]);
  expect(() => refuseEngine(plan, 'edt')).not.toThrow();
});
