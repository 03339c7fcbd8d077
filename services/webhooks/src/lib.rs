//! Stripe and Clerk events, received exactly once in effect.
