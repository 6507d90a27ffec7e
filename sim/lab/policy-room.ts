/** Whether a policy fits its maps, asked before the first update: a change that would stop half-way is not begun. */
import type { PolicyMapOperation } from '../../dataplane/policy/map-operations.ts';
import type { CompiledPolicy } from '../../dataplane/policy/policy-entries.ts';
import type { Dataplane } from './dataplane.ts';
import { MachineError } from './machine-error.ts';

/**
 * New entries go in before old ones go, so both must fit together; an entry that is only replaced is counted twice.
 * @throws MachineError with the numbers
 */
export function requireRoom(
  before: CompiledPolicy,
  operations: readonly PolicyMapOperation[],
  maps: { readonly [Name in 'policy' | 'identities']: Pick<Dataplane['maps'][Name], 'maxEntries'> },
): void {
  const puts = (kind: PolicyMapOperation['do']): number =>
    operations.filter((operation) => operation.do === kind).length;
  const needs = {
    policy: before.entries.length + puts('put-entry'),
    identities: before.identities.length + puts('put-identity'),
  };
  for (const name of ['policy', 'identities'] as const) {
    const { maxEntries } = maps[name];
    if (needs[name] <= maxEntries) continue;
    throw new MachineError(
      `the policies need ${needs[name]} entries of the map \`${name}\`, which has room for ${maxEntries}: nothing of the change is in force`,
      `write \`dataplane: { maps: { ${name}: ${2 ** Math.ceil(Math.log2(needs[name]))} } }\` in the Scenario's spec`,
    );
  }
}
