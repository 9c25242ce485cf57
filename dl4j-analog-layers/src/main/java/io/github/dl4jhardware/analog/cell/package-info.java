/**
 * How devices make one weight: W = F·(G+ − G−) + s·(g − g_shared), with weight transfer and
 * polarity inversion.
 *
 * <p>Cells stand in a crossbar of rows (inputs, and the bias as one row more) and columns
 * (outputs); arrays are row-major, cell = row · columns + column. Source: S. Ambrogio et al.,
 * Nature 558, 60 (2018) and the claims of US patents 11,074,499, 11,915,132, 11,270,194 and
 * 11,436,479.
 */
@Internal
@NullMarked
package io.github.dl4jhardware.analog.cell;

import io.github.dl4jhardware.Internal;
import org.jspecify.annotations.NullMarked;
