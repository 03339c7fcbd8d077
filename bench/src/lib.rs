//! Load and comparison harness; never imported by the product.
