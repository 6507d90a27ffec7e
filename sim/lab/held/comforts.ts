/** What a lab that is kept for people has beyond one that only measures: names, and somebody at home on declared ports. */
import { writeFileSync } from 'node:fs';
import { coverFile } from '../../linux/private-file.ts';
import type { Cluster } from '../../plan/cluster/cluster.ts';
import { note, wordsOf, type Lab } from '../lab.ts';
import { DeclaredPorts } from './declared-ports.ts';
import { hostsFile } from './hosts-file.ts';

const HOSTS = '/etc/hosts';

export class HeldComforts {
  readonly #lab: Lab;
  readonly #cluster: () => Cluster;
  #ports: DeclaredPorts | null = null;
  #named = false;

  /** @param cluster as it stands now */
  constructor(lab: Lab, cluster: () => Cluster) {
    this.#lab = lab;
    this.#cluster = cluster;
  }

  /** Names from here on; what cannot be had is said, and the lab goes on without. */
  name(): void {
    try {
      coverFile(HOSTS);
      this.#named = true;
      this.#writeNames();
    } catch (error) {
      note(this.#lab, 'warning', `the pods have no names in ${HOSTS}: ${wordsOf(error)}`);
    }
  }

  /** Listens on declared ports from here on: when the steps are done, whose own listeners come first. */
  listen(): void {
    this.#ports = this.#lab.undo.use('declared ports', new DeclaredPorts(this.#lab));
    this.#ports.serve(this.#cluster().pods.values());
  }

  /** A pod is about to go. */
  leave(pod: string): void {
    this.#ports?.endIn(pod);
  }

  /** The cluster has changed. */
  follow(): void {
    this.#ports?.serve(this.#cluster().pods.values());
    if (this.#named) this.#writeNames();
  }

  #writeNames(): void {
    const { hosts, nodes } = this.#lab.plan;
    writeFileSync(HOSTS, hostsFile({ pods: this.#cluster().pods.values(), hosts, nodes }));
  }
}
