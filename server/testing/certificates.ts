import { execFileSync } from "node:child_process";

/** `ca.crt`, and `node.crt` with `node.key` for 127.0.0.1 and localhost, in a folder. Needs openssl. */
export function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "rsa:2048", "-nodes"];
  openssl("req", "-x509", ...key, "-days", "2", "-subj", "/CN=test-ca", "-keyout", "ca.key", "-out", "ca.crt");
  const names = "subjectAltName=IP:127.0.0.1,DNS:localhost";
  openssl("req", ...key, "-subj", "/CN=node", "-addext", names, "-keyout", "node.key", "-out", "node.csr");
  const ca = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-copy_extensions", "copy"];
  openssl("x509", "-req", "-in", "node.csr", ...ca, "-days", "2", "-out", "node.crt");
}
