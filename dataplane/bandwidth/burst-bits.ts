/** Of which the CNI plugin `bandwidth` takes none: "burst cannot be more than 4GB" (containernetworking/plugins, plugins/meta/bandwidth). */
export const LEAST_REFUSED_BURST_BITS = 8 * (2 ** 32 - 1);

/** What the container runtimes write where an annotation of the kubelet gives a rate alone: MaxUint32 bits. */
export const DEFAULT_BURST_BITS = 2 ** 32 - 1;
