package io.github.dl4jhardware.search;

import org.apache.commons.math3.random.JDKRandomGenerator;
import org.apache.commons.math3.random.RandomGenerator;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.generator.GeneticSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.crossover.SinglePointCrossover;
import org.deeplearning4j.arbiter.optimize.generator.genetic.crossover.parentselection.RandomTwoParentSelection;
import org.deeplearning4j.arbiter.optimize.generator.genetic.mutation.RandomMutationOperator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.population.PopulationModel;
import org.deeplearning4j.arbiter.optimize.generator.genetic.selection.GeneticSelectionOperator;

/**
 * Arbiter's generators with every random number generator seeded, so that a search can be repeated
 * and gone on with. Arbiter itself seeds neither the operators of the genetic search nor the order
 * of a grid.
 */
public final class SearchGenerators {
  private static final int SMALLEST_POPULATION = 4;

  private SearchGenerators() {}

  /**
   * Random search.
   *
   * @param space of networks
   * @param seed of the draws
   * @return the generator; it never runs dry
   */
  public static CandidateGenerator random(ParameterSpace<?> space, long seed) {
    RandomSearchGenerator generator = new RandomSearchGenerator(space);
    generator.setRngSeed(seed);
    return generator;
  }

  /**
   * Grid search in random order, so that the first candidates already lie all over the grid.
   *
   * @param space of networks
   * @param valuesPerParameter points of a continuous or wide parameter
   * @param seed of the order
   * @return the generator
   */
  public static CandidateGenerator grid(
      ParameterSpace<?> space, int valuesPerParameter, long seed) {
    return new SeededGrid(space, valuesPerParameter, seed);
  }

  /**
   * Genetic search: random candidates until two thirds of the population are there, then single
   * point crossover of two random parents and mutation; the least fit third leaves a full
   * population.
   *
   * @param space of networks
   * @param score whose direction decides who is fit
   * @param population at most, 4 or more
   * @param seed of all operators
   * @return the generator
   */
  public static CandidateGenerator genetic(
      ParameterSpace<?> space, ScoreFunction score, int population, long seed) {
    if (population < SMALLEST_POPULATION) {
      throw new IllegalArgumentException(
          "population must be at least " + SMALLEST_POPULATION + ", but is " + population);
    }
    return new GeneticSearchCandidateGenerator.Builder(space, score)
        .populationModel(new PopulationModel.Builder().populationSize(population).build())
        .selectionOperator(
            new GeneticSelectionOperator.Builder()
                .randomGenerator(seeded(seed, 1))
                .crossoverOperator(
                    new SinglePointCrossover.Builder()
                        .randomGenerator(seeded(seed, 2))
                        .parentSelection(new RandomTwoParentSelection(seeded(seed, 3)))
                        .build())
                .mutationOperator(
                    new RandomMutationOperator.Builder()
                        .mutationRate(0.1)
                        .randomGenerator(seeded(seed, 4))
                        .build())
                .build())
        .build();
  }

  private static RandomGenerator seeded(long seed, int which) {
    JDKRandomGenerator generator = new JDKRandomGenerator();
    generator.setSeed(seed * 31 + which);
    return generator;
  }

  /** Arbiter shuffles the grid before it can be given a seed. */
  private static final class SeededGrid extends GridSearchCandidateGenerator {
    SeededGrid(ParameterSpace<?> space, int valuesPerParameter, long seed) {
      super(space, valuesPerParameter, Mode.RandomOrder, null);
      setRngSeed(seed);
      initialize();
    }
  }
}
