/**
 * What other people met with traffic, the public report of it where there is one, and what holds the right value here: a scenario that ships,
 * which the long tests run in virtual time (uml-virtual), or a test where there is nothing to run.
 */
export interface Met {
  readonly what: string;
  /** Project, and number of the issue. */
  readonly report?: string;
  /** Scenario, below `scenarios`; or a test file. */
  readonly heldBy: string;
}

const exact = (name: string) => `bandwidth/exact/${name}/scenario.yaml`;

export const met: readonly Met[] = [
  { what: 'a download beside an upload that fills a slow limit', heldBy: exact('downloads-beside-uploads') },
  {
    what: 'requests beside acknowledgements that fill a slow limit, frame by frame',
    report: 'quicwg/base-drafts 3885',
    heldBy: exact('calls-beside-floods'),
  },
  { what: 'datagrams in fragments that fit a limit', report: 'iperf 905', heldBy: exact('fragments') },
  { what: 'datagrams longer than the queue of their limit', report: 'iperf 571', heldBy: exact('fragments') },
  { what: 'fragments at twice an egress limit', report: 'iperf 905', heldBy: exact('fragments') },
  { what: 'fragments at twice an ingress limit', report: 'iperf 905', heldBy: exact('fragments') },
  { what: 'lost fragments that spoil the next step', report: 'iperf 905', heldBy: exact('after-lost-fragments') },
  { what: 'a connection for each request', report: 'vegeta 602', heldBy: exact('new-connections') },
  { what: 'thousands of new conversations in one moment', heldBy: exact('new-connections') },
  { what: 'BBR, CUBIC and Reno behind a limit and a long way', heldBy: exact('long-ways') },
  { what: 'a fast limit and a round trip of 200 ms', heldBy: exact('long-ways') },
  { what: 'limits above their wire', report: 'picoquic 1536, spiderpool 2963', heldBy: exact('shared-wire') },
  { what: 'a network whose MTU is above that of its master', heldBy: 'sim/plan/network/attachments.test.ts' },
  { what: 'packets larger than what is beyond their NIC', report: 'iperf 955', heldBy: exact('host-mtu') },
  { what: 'a pod that comes again has its limit', heldBy: 'live/restart/scenario.yaml' },
  { what: 'a pod that goes under its traffic', heldBy: 'live/restart/scenario.yaml' },
  { what: 'a limit that is raised under a flood', report: 'calico 9145', heldBy: exact('changes-under-load') },
  { what: 'headers and fragments of IPv6 at an isolated pod', heldBy: 'drops/frames/scenario.yaml' },
  { what: 'errors of IPv6 at an isolated pod', heldBy: 'drops/icmp-errors/scenario.yaml' },
  { what: 'limits where they limit nothing', heldBy: 'sim/plan/limit-words/limit-words.test.ts' },
  { what: 'files of a fixed size as requests', heldBy: exact('fixed-volumes') },
  { what: 'a pod and its own node', heldBy: 'policy/own-node/scenario.yaml' },
  { what: 'forms of a trace', heldBy: 'sim/manifest/scenario/delivery-trace.test.ts' },
  { what: 'a wire with a trace', heldBy: exact('rate-trace') },
  { what: 'TCP over a trace that comes in bursts', report: 'mahimahi 170', heldBy: exact('wire-queue') },
  { what: 'the first packets of a flow, 40 ms away', heldBy: exact('far-away') },
  { what: 'the first packets of a flow, 80 ms away', heldBy: exact('far-away') },
  { what: "a slow wire's deep queue", report: 'comcast 18, mininet 1034', heldBy: exact('wire-queue') },
  { what: 'calls and questions beside an upload', heldBy: exact('calls-beside-uploads') },
  { what: 'calls beside a flood', report: 'systemd 9725', heldBy: exact('calls-beside-floods') },
];
