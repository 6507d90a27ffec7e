/** How a flow is said to iperf3 (3.12 and later). */
import { ETHERNET_HEADER } from '../../../dataplane/bandwidth/charge.ts';
import type { FlowPlan } from '../../plan/plan.ts';

/** Bytes that Ethernet, IP and UDP put around a datagram; what `fq` paces by. */
const UDP_HEADERS = { IPv4: ETHERNET_HEADER + 20 + 8, IPv6: ETHERNET_HEADER + 40 + 8 } as const;

/** iperf3 refuses a larger burst. */
const LARGEST_BURST = 1000;

/**
 * A clock of 100 Hz may wake iperf3 every 10 ms only, and it sends at most one burst each time: room for two ticks.
 */
const BURST_SECONDS = 0.02;

/** The receiver: one test, then it exits, its report in JSON on its standard output. */
export function serverArguments(flow: FlowPlan, port: number): readonly string[] {
  return ['iperf3', '-s', '-1', '-J', '-i', '0.1', '-p', String(port), '-B', flow.toAddress];
}

/**
 * The sender. A TCP rate is given to the socket (`--fq-rate`, SO_MAX_PACING_RATE): the kernel paces it. A UDP rate is held
 * on average by iperf3 in bursts (`-b`), and evened out by the socket's rate where the sender has an `fq`. iperf3 counts
 * payload and every stream has a rate of its own, so the flow's offered rate is divided among them.
 */
export function clientArguments(flow: FlowPlan, port: number): readonly string[] {
  return [
    ...['iperf3', '-c', flow.toAddress, '-B', flow.fromAddress, '-p', String(port)],
    ...['-J', '-i', '0.1', '-t', String(wholeSeconds(flow.durationNs)), '-P', String(flow.streams)],
    ...['--connect-timeout', '3000'],
    ...rateArguments(flow),
  ];
}

/** iperf3 takes whole seconds only; a part of one is rounded up. */
export function wholeSeconds(durationNs: number): number {
  return Math.max(1, Math.ceil(durationNs / 1e9));
}

function rateArguments(flow: FlowPlan): readonly string[] {
  const perStream = flow.offeredBps === null ? null : Math.round(flow.offeredBps / flow.streams);
  if (flow.protocol === 'TCP') return perStream === null ? [] : ['--fq-rate', String(perStream)];
  if (perStream === null || flow.datagramBytes === null) {
    throw new Error(`flow ${flow.flowId}: a UDP flow needs a rate and a datagram size`);
  }
  const datagram = flow.datagramBytes;
  const headers = flow.toAddress.includes(':') ? UDP_HEADERS.IPv6 : UDP_HEADERS.IPv4;
  const burst = Math.min(LARGEST_BURST, Math.max(1, Math.ceil((perStream * BURST_SECONDS) / (8 * datagram))));
  // A little more than the average, so that what was late is made up for.
  const socketRate = Math.ceil((perStream * 1.02 * (datagram + headers)) / datagram);
  return ['-u', '-l', String(datagram), '-b', `${perStream}/${burst}`, '--fq-rate', String(socketRate)];
}
