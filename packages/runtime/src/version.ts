/** Of kubernats itself; what the API says of its Kubernetes version is the API server's. */
export const VERSION = '0.1.0';
