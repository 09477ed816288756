// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Timelock: owns the parameters and the treasury
/// @notice OpenZeppelin's TimelockController without an admin from the start: it administers itself.
contract Timelock is TimelockController {
    constructor(uint256 minDelaySeconds, address[] memory proposers, address[] memory executors)
        TimelockController(minDelaySeconds, proposers, executors, address(0))
    {}
}
