/** What Spiderpool's webhooks find wrong in an object of theirs. */
import type { Path } from '../../manifest/manifests.ts';

export interface SpiderProblem {
  readonly path: Path;
  /** In the words of the webhook. */
  readonly message: string;
  readonly help: string;
}
