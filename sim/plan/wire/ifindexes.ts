/** Where the numbers of a lab's interfaces begin: above those that the kernel gives by itself in a namespace as small as these. */
export const FIRST_POD_IFINDEX = 101;
export const FIRST_OTHER_IFINDEX = 1_000_001;
