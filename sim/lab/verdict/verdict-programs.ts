/**
 * The dataplane's programs a second time, for questions: endpoints, addresses, identities and policy are the lab's own
 * maps; connections, fragments, limits, counters and drops are apart. So asking leaves no trace in the lab, and no packet of
 * the lab changes an answer.
 */
import { COUNTERS_A_POD, limitEntry } from '../../../dataplane/bpf/policy-map.ts';
import type { BpfObject, BpfProgram } from '../../linux/bpf.ts';
import { loadBpfObject } from '../../linux/bpf.ts';
import type { Dataplane } from '../dataplane.ts';

export interface VerdictPrograms extends Disposable {
  readonly egress: BpfProgram;
  readonly ingress: BpfProgram;
  /** Gives endpoints a rate that never holds a question back: a verdict is about policy, not about pacing. */
  unlimit(endpointIds: Iterable<number>): void;
}

/** Room for what questions leave behind, none of which is ever needed again: connections are looked up, never found. */
const ROOM = { conntrack: 4096, fragments: 64, counters: COUNTERS_A_POD, drops: 16384 };
/** A frame of 74 bytes takes 0 ns. */
const AS_GOOD_AS_UNLIMITED_BPS = 1e15;

/**
 * @throws SystemCallError with the verifier's last lines
 * @throws Error when what was loaded is not what hangs on the slaves, by the kernel's own fingerprint of the instructions
 */
export function loadVerdictPrograms(dataplane: Dataplane, objectPath: string): VerdictPrograms {
  const { endpoints, addresses, identities, policy } = dataplane.maps;
  const object = loadBpfObject(objectPath, { maxEntries: ROOM, reuse: { endpoints, addresses, identities, policy } });
  try {
    const egress = sameProgram(object, dataplane.egress);
    const ingress = sameProgram(object, dataplane.ingress);
    const limits = object.map('limits');
    return {
      egress,
      ingress,
      unlimit: (endpointIds) => {
        for (const id of endpointIds) {
          for (const direction of ['ingress', 'egress'] as const) {
            const { key, value } = limitEntry(id, direction, AS_GOOD_AS_UNLIMITED_BPS);
            limits.update(key, value);
          }
        }
      },
      [Symbol.dispose]: () => object[Symbol.dispose](),
    };
  } catch (error) {
    object[Symbol.dispose]();
    throw error;
  }
}

function sameProgram(object: BpfObject, attached: BpfProgram): BpfProgram {
  const program = object.program(attached.name);
  if (program.tag !== attached.tag)
    throw new Error(`${attached.name} was loaded as ${program.tag}, and ${attached.tag} hangs on the slaves`);
  return program;
}
