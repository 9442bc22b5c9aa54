/** The source does not answer as it should, and may soon do so again: it is opened anew for a while. */
export class SourceAway extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "SourceAway";
  }
}
