/** What a route answers. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The shop refuses a request, with this HTTP status. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The answer with `status`, or the refusal's own. Any other error is a bug and passes through. */
export async function answer(status: number, work: Promise<unknown>): Promise<Answer> {
  try {
    return { status, body: await work };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: { error: error.message } };
  }
}
