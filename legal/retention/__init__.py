"""The end of personal data: rules of the apps (`common.retention`), times of the register, holds, the nightly run, certificates."""
