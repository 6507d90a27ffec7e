/** Name of the file that a party's packets are captured into, in the folder of the run. @param party `namespace/name` of a pod */
export function captureFile(party: string): string {
  return `${party.replace('/', '.')}.pcap`;
}
