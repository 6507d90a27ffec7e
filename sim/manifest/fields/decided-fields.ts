/**
 * All tables as one. A kind is added by a file of its types here (the root is called as the kind is), by its published fields
 * in `published/`, and by the least object that is valid in `decided-fields.test.ts`. A kind of
 * which nothing is heeded stands in `custom/whole-kinds.ts` instead.
 */
import { z } from 'zod';
import { networks } from './custom/networks.ts';
import { spiderpool } from './custom/spiderpool.ts';
import { fieldTable } from './decision.ts';
import { metadata } from './kubernetes/metadata.ts';
import { networkPolicy } from './kubernetes/network-policy.ts';
import { node } from './kubernetes/node.ts';
import { pod } from './kubernetes/pod.ts';
import { scheduling } from './kubernetes/scheduling.ts';
import { status } from './kubernetes/status.ts';
import { volumes } from './kubernetes/volumes.ts';
import { workloads } from './kubernetes/workloads.ts';

export const decidedFields = fieldTable({
  ...metadata,
  ...networkPolicy,
  ...networks,
  ...node,
  ...pod,
  ...scheduling,
  ...spiderpool,
  ...status,
  ...volumes,
  ...workloads,
});

/**
 * For a strict schema: every field of the type that is not modelled, with any value, so that only one that nobody knows is an
 * error. They are kept out of the schema's type: nothing reads them.
 * @throws Error for a type without a table
 */
export function unreadFields(type: string): object {
  const fields = decidedFields.get(type);
  if (fields === undefined) throw new Error(`no table decides about the fields of ${type}`);
  const unread = [...fields].filter(([, { is }]) => is !== 'modelled');
  return Object.fromEntries(unread.map(([name]) => [name, z.unknown().optional()]));
}
