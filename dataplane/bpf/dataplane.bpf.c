// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* One object, one file a hook. The maps are shared, so the hooks are one translation unit and need no linker. */
#include "egress.bpf.c"
#include "ingress.bpf.c"
#include "ifb.bpf.c"
#include "underlay.bpf.c"
#include "guard.bpf.c"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
