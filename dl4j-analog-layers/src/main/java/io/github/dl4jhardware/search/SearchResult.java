package io.github.dl4jhardware.search;

import io.github.dl4jhardware.cost.CostQuantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A search's candidates, as {@code candidates.json} holds them.
 *
 * @param search what was searched: space, generator, score and data; a search goes on only where
 *     this is the same
 * @param candidates in the generator's order
 */
public record SearchResult(
    @JsonProperty("search") String search,
    @JsonProperty("candidates") List<SearchCandidate> candidates) {

  /**
   * Copies the list.
   *
   * @throws NullPointerException if anything is missing
   */
  public SearchResult {
    Objects.requireNonNull(search, "its search is missing");
    candidates = List.copyOf(Objects.requireNonNull(candidates, "its candidates are missing"));
  }

  /**
   * The candidate of the highest score; of equals the first.
   *
   * @return none if all failed
   */
  public Optional<SearchCandidate> best() {
    SearchCandidate best = null;
    Double highest = null;
    for (SearchCandidate each : candidates) {
      Double score = each.score();
      if (score != null && (highest == null || score > highest)) {
        best = each;
        highest = score;
      }
    }
    return Optional.ofNullable(best);
  }

  /**
   * Candidates than which none is better in score and no worse in cost, or the other way around.
   *
   * @param quantity the cost
   * @return by rising cost; those without score or cost are left out
   */
  public List<SearchCandidate> paretoFront(CostQuantity quantity) {
    List<SearchCandidate> known =
        candidates.stream()
            .filter(each -> each.score() != null && quantity.of(each.cost()) != null)
            .sorted(
                Comparator.comparingDouble((SearchCandidate each) -> cost(each, quantity))
                    .thenComparing(Comparator.comparingDouble(SearchResult::score).reversed()))
            .toList();
    List<SearchCandidate> front = new ArrayList<>();
    double highest = Double.NEGATIVE_INFINITY;
    for (SearchCandidate each : known) {
      if (score(each) > highest) {
        front.add(each);
        highest = score(each);
      }
    }
    return front;
  }

  static double score(SearchCandidate candidate) {
    Double score = candidate.score();
    return score == null ? Double.NaN : score;
  }

  static double cost(SearchCandidate candidate, CostQuantity quantity) {
    Double cost = quantity.of(candidate.cost());
    return cost == null ? Double.NaN : cost;
  }
}
