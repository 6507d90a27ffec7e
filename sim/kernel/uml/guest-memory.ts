/** What a guest may be given of the machine's memory. */
import { totalmem } from 'node:os';
import { machineError } from '../machine/machine-error.ts';

/**
 * A guest's memory is taken from the machine page by page as it is used, so less than all may be free; more than all
 * there is can never be had, and is refused before anything boots.
 * @param attempted completes "cannot …"
 * @throws DiagnosticError of kind `machine`
 */
export function refuseMoreThanThereIs(attempted: string, memoryMiB: number, machineBytes = totalmem()): void {
  const machineMiB = Math.floor(machineBytes / 2 ** 20);
  if (memoryMiB <= machineMiB) return;
  throw machineError({
    code: 'E513',
    attempted,
    said: `the guest is to have ${memoryMiB} MiB of memory, and this machine has ${machineMiB} MiB`,
    remedy: `give it less than ${machineMiB} with --memory, or leave --memory out`,
  });
}

/** What a guest takes without a pod: its kernel, Node, the maps. */
const WITHOUT_PODS_MIB = 128;
/** A namespace, its tables, a slave with its queues, and the agent's share: 5,000 pods took 1.55 GiB of User-mode Linux 6.1. */
const OF_A_POD_MIB = 0.32;

/**
 * A tcpdump with its ring of libpcap, measured as what 16 of them gave back in User-mode Linux 6.1: 54.5 MiB of MemAvailable. Its process and thread take
 * no more: a kernel allows a thread for each 128 KiB that it has (max_threads, kernel/fork.c). Its descriptors are the agent's.
 */
const OF_A_CAPTURE_MIB = 3.5;

/** The memory that a guest needs for a lab, MiB. @param captures how many of the pods have a tcpdump */
export function memoryNeeded(pods: number, captures = 0): number {
  return Math.ceil(WITHOUT_PODS_MIB + pods * OF_A_POD_MIB + captures * OF_A_CAPTURE_MIB);
}

/** How it is reckoned. */
export function memoryReckoned(pods: number, captures = 0): string {
  const [what, ofCaptures] =
    captures === 0 ? ['', ''] : [' with a capture of each', `, ${OF_A_CAPTURE_MIB} for its tcpdump`];
  const needed = memoryNeeded(pods, captures);
  return `${pods} pods${what} take about ${needed} MiB: ${WITHOUT_PODS_MIB}, and ${OF_A_POD_MIB} for each${ofCaptures}`;
}

/**
 * A kernel that runs out of memory while pods come up kills whom it likes.
 * @param lab that is to run in it; undefined: none
 * @throws DiagnosticError of kind `machine`
 */
export function refuseTooLittle(attempted: string, memoryMiB: number, lab: Lab | undefined): void {
  const pods = lab?.plan.pods.length ?? 0;
  const captures = lab?.options.pcap === true ? pods : 0;
  if (memoryNeeded(pods, captures) <= memoryMiB) return;
  throw machineError({
    code: 'E513',
    attempted,
    said: `the guest is to have ${memoryMiB} MiB of memory, and ${memoryReckoned(pods, captures)}`,
    remedy: `give it --memory ${memoryNeeded(pods, captures)}, ${captures === 0 ? '' : 'leave --pcap out, '}or ask for fewer pods`,
  });
}

interface Lab {
  readonly plan: { readonly pods: readonly unknown[] };
  readonly options: { readonly pcap: boolean };
}

/** What QEMU says when the machine does not give it a guest’s memory. */
const NOT_GIVEN = /cannot set up guest memory|Cannot allocate memory/;

/** Imperative, for a guest that came to its end by itself. */
export function remedyOfDeath(console: string): string {
  return NOT_GIVEN.test(console)
    ? 'give the guest less --memory, or end what else takes the machine’s'
    : 'run it again; when it happens again, give a guest more --memory or choose another --kernel';
}
