// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice The numbers of the reward rule that the chain enforces (economy.md). Its hash is in every statement.
struct Params {
    /// d: of each dollar, to the device that served.
    uint16 deviceBps;
    /// m: to proven capacity of the same kind.
    uint16 poolBps;
    /// f: to verification.
    uint16 verificationBps;
    /// μ: to the burn auction, and never to anybody.
    uint16 burnBps;
    /// λ: the part of the reserve that one epoch may allot, in 10⁻⁹.
    uint32 lambdaPerBillion;
    /// The most WAY of the treasury's stipend that one epoch may pay.
    uint96 stipendPerEpoch;
    /// w: parts of C for wireless, compute, storage, sensors.
    uint16[4] weightBps;
}

/// @title ParamsLib: bounds and arithmetic of the parameters
library ParamsLib {
    uint256 internal constant BPS = 10_000;
    uint256 internal constant BILLION = 1_000_000_000;

    /// @dev Self-dealing must always lose at least this much (theorem 1 of economy.md).
    uint256 internal constant MIN_BURN_BPS = 100;

    /// @dev Verifiers can never vote themselves more of the turnover than this.
    uint256 internal constant MAX_VERIFICATION_BPS = 1_000;

    error SharesMustSumToBps(uint256 sum);
    error BurnBelowMinimum(uint256 burnBps);
    error VerificationAboveMaximum(uint256 verificationBps);
    error WeightsAboveBps(uint256 sum);
    error LambdaAboveMaximum(uint256 lambdaPerBillion, uint256 maximum);

    /// @notice Reverts unless `p` is within bounds. `maxLambdaPerBillion` is what the network was deployed with.
    function check(Params memory p, uint256 maxLambdaPerBillion) internal pure {
        uint256 shares = uint256(p.deviceBps) + p.poolBps + p.verificationBps + p.burnBps;
        if (shares != BPS) revert SharesMustSumToBps(shares);
        if (p.burnBps < MIN_BURN_BPS) revert BurnBelowMinimum(p.burnBps);
        if (p.verificationBps > MAX_VERIFICATION_BPS) revert VerificationAboveMaximum(p.verificationBps);
        uint256 weights = uint256(p.weightBps[0]) + p.weightBps[1] + p.weightBps[2] + p.weightBps[3];
        if (weights > BPS) revert WeightsAboveBps(weights);
        if (p.lambdaPerBillion > maxLambdaPerBillion || p.lambdaPerBillion > BILLION) {
            revert LambdaAboveMaximum(p.lambdaPerBillion, maxLambdaPerBillion);
        }
    }

    /// @notice keccak256(abi.encode(p)): what `Statement.paramsHash` must be.
    function hash(Params memory p) internal pure returns (bytes32) {
        return keccak256(abi.encode(p));
    }

    /// @notice ⌈amount · bps / BPS⌉.
    function shareUp(uint256 amount, uint256 bps) internal pure returns (uint256) {
        return (amount * bps + BPS - 1) / BPS;
    }

    /// @notice ⌊amount · bps / BPS⌋.
    function shareDown(uint256 amount, uint256 bps) internal pure returns (uint256) {
        return amount * bps / BPS;
    }

    /// @notice C = ⌊reserve · λ⌋: the most WAY one epoch may allot over all kinds.
    function capacityDown(uint256 reserve, uint256 lambdaPerBillion) internal pure returns (uint256) {
        return reserve * lambdaPerBillion / BILLION;
    }
}
