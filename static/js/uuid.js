// crypto.randomUUID is only there on secure addresses, and a laptop on the local network has none. The address of a
// blob ends with a UUID everywhere.

export function uuid() {
  return URL.createObjectURL(new Blob()).slice(-36)
}
