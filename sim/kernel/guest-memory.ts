/** What a guest may be given of the machine's memory. */
import { totalmem } from 'node:os';
import { machineError } from './machine-error.ts';

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

/** The memory that a guest needs for a lab, MiB. */
export function memoryNeeded(pods: number): number {
  return Math.ceil(WITHOUT_PODS_MIB + pods * OF_A_POD_MIB);
}

/** How it is reckoned. */
export function memoryReckoned(pods: number): string {
  return `${pods} pods take about ${memoryNeeded(pods)} MiB: ${WITHOUT_PODS_MIB}, and ${OF_A_POD_MIB} for each`;
}

/**
 * A kernel that runs out of memory while pods come up kills whom it likes.
 * @param pods of the lab that is to run in it
 * @throws DiagnosticError of kind `machine`
 */
export function refuseTooLittle(attempted: string, memoryMiB: number, pods: number): void {
  if (memoryNeeded(pods) <= memoryMiB) return;
  throw machineError({
    code: 'E513',
    attempted,
    said: `the guest is to have ${memoryMiB} MiB of memory, and ${memoryReckoned(pods)}`,
    remedy: `give it --memory ${memoryNeeded(pods)}, or ask for fewer pods`,
  });
}

/** What QEMU says when the machine does not give it a guest’s memory. */
const NOT_GIVEN = /cannot set up guest memory|Cannot allocate memory/;

/** Imperative, for a guest that came to its end by itself. */
export function remedyOfDeath(console: string): string {
  return NOT_GIVEN.test(console)
    ? 'give the guest less --memory, or end what else takes the machine’s'
    : 'run it again; when it happens again, give a guest more --memory or choose another --kernel';
}
