/** Text that a model trained on text generates: live while it trains, with a temperature and a prompt. */
import * as l10n from "@vscode/l10n";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import { MAX_PRIME_LENGTH } from "../../../src/shared/trace/predictions";
import { isActive } from "../../ui/controlRules";
import { element, setAttribute, setHidden, setText } from "../../ui/dom";
import { QueryThrottle } from "../../chart/queryThrottle";
import type { CardHost } from "../../chart/card";
import type { Changed, ChartModel, LabChart } from "../../chart/model";

const LENGTH = 240;
/** Slow enough to read along. */
const REFRESH_MS = 1000;
const DEFAULT_TEMPERATURE = 0.8;
const MAX_TEMPERATURE = 2;

export class TextSampleView implements LabChart {
  readonly element: HTMLElement;
  private readonly subtitle = element("span", { class: "card-subtitle" });
  private readonly temperature: HTMLInputElement;
  private readonly temperatureText = element("output", { class: "readout-value" });
  private readonly prime: HTMLInputElement;
  private readonly text = element("p", {
    class: "sample-text",
    attributes: { tabindex: "0", role: "region", "aria-label": l10n.t("Generated text") },
  });
  private readonly note = element("p", { class: "typed-message is-problem" });
  private readonly again: HTMLButtonElement;
  private readonly pace: QueryThrottle;
  private draws = 1;
  private asked = { iteration: -1, about: "" };

  constructor(private readonly host: CardHost) {
    this.pace = new QueryThrottle(host, REFRESH_MS);
    this.temperature = element("input", {
      class: "slider",
      attributes: {
        type: "range",
        min: "0",
        max: String(MAX_TEMPERATURE),
        step: "0.05",
        value: String(DEFAULT_TEMPERATURE),
        "aria-label": l10n.t("Temperature"),
        title: l10n.t(
          "Sampling temperature: 1 = model distribution, below 1 more conservative, 0 = greedy, above 1 more random",
        ),
      },
    });
    this.prime = element("input", {
      class: "field sample-prime",
      attributes: {
        type: "text",
        spellcheck: "false",
        autocomplete: "off",
        maxlength: String(MAX_PRIME_LENGTH),
        "aria-label": l10n.t("Prompt"),
        placeholder: l10n.t("Prompt"),
      },
    });
    this.again = element(
      "button",
      {
        class: "tool tool-text",
        attributes: { type: "button", title: l10n.t("Generate another text at the same iteration") },
      },
      l10n.t("Resample"),
    );
    this.again.addEventListener("click", () => {
      this.draws++;
      host.requestDraw();
    });
    for (const input of [this.temperature, this.prime]) input.addEventListener("input", () => host.requestDraw());
    this.element = element(
      "section",
      { class: "card card-sample", attributes: { "aria-labelledby": "sample-title" } },
      element(
        "header",
        { class: "card-header" },
        element("h2", { attributes: { id: "sample-title" } }, l10n.t("Text generation")),
        this.subtitle,
        element("div", { class: "card-tools" }, this.again),
      ),
      element(
        "div",
        { class: "sample-controls" },
        element(
          "label",
          { class: "sample-temperature" },
          element("span", { class: "readout-label" }, l10n.t("temperature")),
          this.temperature,
          this.temperatureText,
        ),
        this.prime,
      ),
      this.note,
      this.text,
    );
  }

  isAvailable(model: ChartModel | null): boolean {
    return (model?.header.data?.vocabulary ?? null) !== null;
  }

  draw(model: ChartModel | null, _changed: Changed): void {
    if (model === null) return;
    const { header, place } = model;
    const temperature = Number(this.temperature.value);
    setText(this.temperatureText, formatValue(temperature, 2));
    const about = `${header.runId} ${this.draws} ${temperature} ${this.prime.value}`;
    const live = place.followsLatest && isActive(model.phase);
    if ((about !== this.asked.about || place.iteration !== this.asked.iteration) && this.pace.isDue(about, live)) {
      this.asked = { iteration: place.iteration, about };
      this.host.ask({
        kind: "sample",
        iteration: place.iteration,
        prime: this.prime.value,
        length: LENGTH,
        temperature,
        draw: this.draws,
      });
    }
    const answer = model.answerTo("sample");
    if (answer === null) return;
    if ("failure" in answer) {
      setText(this.note, answer.failure);
      setHidden(this.note, false);
      return;
    }
    setText(this.subtitle, l10n.t("iteration {0}", formatCount(answer.iteration)));
    setHidden(this.note, answer.missing === "");
    setText(
      this.note,
      answer.missing === ""
        ? ""
        : l10n.t(
            "Skipped because it is not in the training text: {0}",
            [...answer.missing].map((character) => JSON.stringify(character)).join(", "),
          ),
    );
    setAttribute(this.prime, "aria-invalid", answer.missing === "" ? null : "true");
    const key = `${answer.iteration} ${answer.draw} ${answer.text}`;
    if (this.text.dataset["shown"] === key) return;
    this.text.dataset["shown"] = key;
    this.text.replaceChildren(
      element(
        "span",
        { class: "sample-begin" },
        [...this.prime.value].filter((character) => !answer.missing.includes(character)).join(""),
      ),
      answer.text,
    );
  }
}
