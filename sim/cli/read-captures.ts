/** What the captures of a run hold, for its report. */
import { existsSync, readFileSync } from 'node:fs';
import { objectKey } from '../plan/cluster/cluster.ts';
import { conversationsOf } from '../capture/conversations.ts';
import type { Conversation } from '../capture/conversations.ts';
import { CapMissingError, loadCapDecoders } from '../capture/decode-packet.ts';
import { parsePcap, PcapFormatError } from '../capture/pcap-file.ts';
import type { Measurement } from '../measure/observing/reduce.ts';
import type { OurFolder } from './output/our-folder.ts';

export interface CaptureRead {
  readonly where: string;
  readonly conversations: readonly Conversation[];
}

/** A report shows the largest; the pcap has them all. */
const SHOWN = 20;

/**
 * @param complain told, in words, of a capture that cannot be shown; the run's verdict does not depend on it
 */
export async function readCaptures(
  folder: OurFolder,
  measurement: Measurement,
  complain: (words: string) => void,
): Promise<CaptureRead[]> {
  const { seen } = measurement;
  if (seen === null || seen.captures.length === 0) return [];
  const { plan } = seen.run;
  try {
    const decoders = await loadCapDecoders();
    // A trace may have come without them.
    const here = seen.captures.filter(({ file }) => existsSync(folder.file(file)));
    if (here.length < seen.captures.length)
      complain(
        `the report shows ${here.length} of ${seen.captures.length} captures: the others are not beside the trace`,
      );
    return here.map(({ where, file }) => {
      const pod = plan.pods.find((one) => objectKey(one) === where);
      const mtu = pod?.interfaces[0]?.mtu ?? plan.underlay.mtu;
      const { conversations } = conversationsOf(parsePcap(readFileSync(folder.file(file))), decoders, mtu);
      return { where, conversations: conversations.slice(0, SHOWN) };
    });
  } catch (error) {
    if (!(error instanceof CapMissingError || error instanceof PcapFormatError)) throw error;
    complain(`the report shows no captures: ${error.message}`);
    return [];
  }
}
