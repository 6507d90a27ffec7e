/** Who makes the traffic of a flow: iperf3 and ping, or our own. */
export const generators = ['iperf3', 'ipvlane'] as const;
export type Generator = (typeof generators)[number];
