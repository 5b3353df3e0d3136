/** What the sink answers to a request that no condition has a say in: it is not what the protocol allows. */
export class Malformed extends Error {
  override readonly name = "Malformed";
  /** HTTP status; gRPC answers with the nearest code of its own. */
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** A request that does not know the secret of the receiver: another program sends its spans here. */
export class FromStranger extends Malformed {}
