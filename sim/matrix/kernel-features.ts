/**
 * What of Linux a lab is made of, the oldest release that has it, and who needs it. A scenario may be skipped on a kernel
 * only when that is older than one of these; what is missing on a newer one is a failure. The releases are those of the
 * commits that brought each (https://github.com/iovisor/bcc/blob/master/docs/kernel-versions.md has most of them).
 */
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import { PROGRAM_NAMES, type ProgramName } from '../../dataplane/bpf/program-name.ts';
import { allWays, isImpaired } from '../plan/wire/links.ts';
import type { Plan } from '../plan/plan.ts';
import { isOlder } from './kernel-release.ts';

export interface KernelFeature {
  readonly name: string;
  /** The oldest release that has it. */
  readonly since: string;
  /** The programs of the dataplane that need it; none: the lab around them. */
  readonly programs: readonly ProgramName[];
  /** Number of the BPF helper it is (linux/bpf.h), where it is one. */
  readonly helper?: number;
  /** What is done where it is missing; left out: nothing goes without it. */
  readonly without?: string;
  /** No packet fares otherwise without it. */
  readonly onlyTold?: true;
  /** Which scenarios need it; left out: all. */
  readonly when?: (plan: Plan) => boolean;
}

const OF_PODS: readonly ProgramName[] = ['ipvlane_egress', 'ipvlane_ingress', 'ipvlane_ifb'];
/** Those that keep state and reckon with time. */
const TIMED: readonly ProgramName[] = [...OF_PODS, 'ipvlane_underlay'];
const POLICY: readonly ProgramName[] = ['ipvlane_egress', 'ipvlane_ingress'];
/** Those that ask whether a packet came by its sender's egress program. */
const GUARDING: readonly ProgramName[] = ['ipvlane_ingress', 'ipvlane_guard'];

const PACING: readonly ProgramName[] = ['ipvlane_egress', 'ipvlane_ifb'];

const withEngine =
  (...names: readonly EngineName[]) =>
  (plan: Plan): boolean =>
    names.includes(plan.engine);

const hasInterface =
  (test: (the: Plan['pods'][number]['interfaces'][number]) => boolean) =>
  (plan: Plan): boolean =>
    plan.pods.some(({ interfaces }) => interfaces.some(test));

/** Oldest first. */
export const KERNEL_FEATURES: readonly KernelFeature[] = [
  { name: 'bpf_map_lookup_elem, bpf_map_update_elem', since: '3.19', programs: TIMED },
  { name: 'ipvlan', since: '3.19', programs: [] },
  { name: 'bpf_ktime_get_ns', since: '4.1', programs: TIMED, helper: 5 },
  { name: 'bpf_skb_store_bytes', since: '4.1', programs: ['ipvlane_ifb'], helper: 9 },
  { name: 'bpf_l3_csum_replace', since: '4.1', programs: ['ipvlane_ifb'], helper: 10 },
  { name: 'bpf_clone_redirect', since: '4.2', programs: ['ipvlane_handover'], helper: 13 },
  { name: 'cls_bpf, direct action', since: '4.4', programs: PROGRAM_NAMES },
  { name: 'clsact', since: '4.5', programs: PROGRAM_NAMES },
  { name: 'bpf_skb_load_bytes', since: '4.5', programs: OF_PODS, helper: 26 },
  { name: 'per-CPU hash maps and arrays', since: '4.6', programs: OF_PODS },
  { name: 'bpf_get_hash_recalc', since: '4.8', programs: PACING, helper: 34 },
  { name: 'ipvlan mode l3s', since: '4.9', programs: [], when: hasInterface(({ mode }) => mode === 'l3s') },
  { name: 'LRU hash maps', since: '4.10', programs: OF_PODS },
  { name: 'LPM trie maps', since: '4.11', programs: POLICY },
  {
    name: 'ipvlan private and vepa',
    since: '4.15',
    programs: [],
    when: hasInterface(({ isolation }) => isolation !== 'bridge'),
  },
  { name: 'BTF', since: '4.18', programs: PROGRAM_NAMES },
  { name: 'SO_TXTIME', since: '4.19', programs: [], when: sendsUdp },
  { name: 'CAKE', since: '4.19', programs: [], when: withEngine('cake') },
  { name: 'fq that keeps departure times', since: '4.20', programs: PACING },
  { name: 'a program may set skb->tstamp, read skb->wire_len', since: '5.0', programs: TIMED },
  { name: 'a program may read skb->gso_segs', since: '5.1', programs: OF_PODS },
  { name: 'a program may read skb->sk', since: '5.1', programs: ['ipvlane_handover', ...GUARDING] },
  { name: 'bpf_spin_lock', since: '5.1', programs: PACING, helper: 93 },
  { name: 'bpf_spin_unlock', since: '5.1', programs: PACING, helper: 94 },
  { name: 'bpf_skb_ecn_set_ce', since: '5.1', programs: PACING, helper: 97 },
  { name: 'global data (.rodata)', since: '5.2', programs: TIMED },
  { name: 'bounded loops', since: '5.3', programs: TIMED },
  { name: 'a program may read skb->gso_size', since: '5.7', programs: ['ipvlane_ifb'] },
  { name: 'fq’s horizon', since: '5.8', programs: PACING },
  {
    name: 'bpf_prog_info.verified_insns',
    since: '5.16',
    programs: [],
    without: 'the matrix does not say how many instructions the verifier walked through',
    onlyTold: true,
  },
  {
    name: 'bpf_skb_set_tstamp',
    since: '5.18',
    programs: ['ipvlane_ifb'],
    helper: 192,
    without:
      'the departure time is written to skb->tstamp, and a ping’s own timestamps of what came by the IFB are wrong',
  },
  {
    name: 'netem’s seed',
    since: '6.6',
    programs: [],
    when: hasImpairedWire,
    without: 'the wire loses, doubles, delays and reorders other packets in each run',
  },
];

/** Of our own generator, which is for datagrams what paces them. */
function sendsUdp(plan: Plan): boolean {
  return plan.timeline.some((step) => step.kind === 'traffic' && step.flows.some(({ protocol }) => protocol === 'UDP'));
}

function hasImpairedWire({ underlay, timeline }: Plan): boolean {
  const wires = [underlay, ...timeline.flatMap((step) => (step.kind === 'underlay' ? [step.underlay] : []))];
  return wires.some((wire) => allWays(wire).some(isImpaired));
}

/**
 * What a scenario needs and a kernel is too old for.
 * @param features what there is to be needed; another table in tests
 * @throws RangeError for what is no kernel release
 */
export function tooOldFor(plan: Plan, release: string, features = KERNEL_FEATURES): KernelFeature[] {
  return missingOn(plan, release, features).filter(({ without }) => without === undefined);
}

/** Where a scenario means something else on a kernel than on a newer one: what that lacks, and what is done without. */
export function differencesOn(plan: Plan, release: string): string[] {
  return missingOn(plan, release, KERNEL_FEATURES).flatMap(({ name, since, without, onlyTold }) =>
    without === undefined || onlyTold === true ? [] : [`lacks ${name} (Linux ${since}): ${without}`],
  );
}

function missingOn(plan: Plan, release: string, features: readonly KernelFeature[]): KernelFeature[] {
  return features.filter(({ since, when = () => true }) => isOlder(release, since) && when(plan));
}

/** In words, for a skipped cell. */
export function skipReason(missing: readonly KernelFeature[]): string {
  return `needs ${missing.map(({ name, since }) => `${name} (Linux ${since})`).join(', ')}`;
}
