/* Put before every kernel source by the host: what all kernels may use. */

#define MSNET_CAT_(a, b) a##b
#define MSNET_CAT(a, b) MSNET_CAT_ (a, b)
