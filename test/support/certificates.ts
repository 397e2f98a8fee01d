/**
 * Certificates for servers in tests, for the name `systems.example`, each signed by itself; the keys are no secrets.
 * Made with `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1` and `openssl ca -selfsign -startdate
 * -enddate`, so that none expires while anybody runs the tests.
 */

/** Valid from 2020 to 2120. */
export const valid = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBcjCCARmgAwIBAgIBATAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9zeXN0ZW1z
LmV4YW1wbGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBoxGDAW
BgNVBAMMD3N5c3RlbXMuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BHLE+ergPb7f2mPTOuwCZMYpXMO5YV2ve/HeSqV4GKnCCFp/61KuJCQaKGLcqPvm
LI8L2nQduv+6DrXeKIdOD3qjTjBMMBoGA1UdEQQTMBGCD3N5c3RlbXMuZXhhbXBs
ZTAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBQpNnZ9J9kxmpqlT8NhrtxbV4C3
ZDAKBggqhkjOPQQDAgNHADBEAiAKxyYekryPysv/fgcjCSMBobac5tZxnD+7/bDl
Dv0/uAIgHBU9GN0tfHS1rSILt+oQfWGKEx36U3hz95UBAswhVyM=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyxwHfTwM8OVJOCsa
NjJp31Pih2wUmLsiWQWkK33jq3mhRANCAARyxPnq4D2+39pj0zrsAmTGKVzDuWFd
r3vx3kqleBipwghaf+tSriQkGihi3Kj75iyPC9p0Hbr/ug613iiHTg96
-----END PRIVATE KEY-----
`,
} as const;

/** Valid in January 2020. */
export const expired = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBcTCCARegAwIBAgIBATAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9zeXN0ZW1z
LmV4YW1wbGUwHhcNMjAwMTAxMDAwMDAwWhcNMjAwMjAxMDAwMDAwWjAaMRgwFgYD
VQQDDA9zeXN0ZW1zLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ8
4iYYZHGf+XrvjQRBd7kOqPQXdn8q6frKb+Ci7n11Tuas0ZzrbJDMOJBoiznk78v8
+adev5DuZJk+JfqabL0ho04wTDAaBgNVHREEEzARgg9zeXN0ZW1zLmV4YW1wbGUw
DwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUkgwtGQdGia0tXM1sOhqtf/yy/IEw
CgYIKoZIzj0EAwIDSAAwRQIhAMxri7pJ0jjl0LDXGy6Wcy77BTW9tMk6DJjzSdDh
xXbxAiA0VgIe1OzIzvHuWTlYmqyECHTWsCoZoGCTR3AILsXn4w==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHuRGERX+w2sJlcm9
Ujywoo6dZwO4XhuAIaAv718M+IyhRANCAAQ84iYYZHGf+XrvjQRBd7kOqPQXdn8q
6frKb+Ci7n11Tuas0ZzrbJDMOJBoiznk78v8+adev5DuZJk+JfqabL0h
-----END PRIVATE KEY-----
`,
} as const;
